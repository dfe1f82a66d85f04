/** Events of events/ on a deployed stage: each by its own function, with its own role, on a newly seeded database. */
import { join } from 'node:path';
import { startEventsApi } from '#local/gateway/events-api.ts';
import { credentialsFor } from '#local/replay/credentials.ts';
import { type Report, replay, type Stage } from '#local/replay/replay.ts';
import { openStage } from '#local/replay/stages.ts';
import { type LocalStack, localVariables, readLocalStack } from '#local/values.ts';
import type { Aws } from './aws.ts';
import { configurationOf, invoke } from './functions.ts';
import type { StageDatabase } from './stage-database.ts';

export interface DeployedReplays {
  /** @param before SQL for right before the event itself, after those that it is given */
  replay(name: string, before?: string): Promise<Report>;
  end(): Promise<void>;
}

/** Secrets of the stage by the variable that carries each, as template.yaml gives them to functions. */
async function secretsOf(aws: Aws, stage: string): Promise<Record<string, string>> {
  const { SecretString } = await aws.json<{ SecretString: string }>('secretsmanager.GetSecretValue', { SecretId: `kelvo/${stage}/app` });
  return JSON.parse(SecretString) as Record<string, string>;
}

/** This process's functions, which do what an event is `given`, with the stage's own keys. */
async function ownStack(
  root: string,
  aws: Aws,
  stage: string,
  databaseUrl: string,
  eventsUrl: string,
): Promise<{ stack: LocalStack; originSecret: string | undefined }> {
  const { Environment } = await configurationOf(aws, `rumshop-orders-place-order-${stage}`);
  const { accessTokenSigningKey = '', paymentWebhookSecret = '', orderTokenKey = '', originSecret } = await secretsOf(aws, stage);
  const keys = {
    ACCESS_TOKEN_SIGNING_KEY: accessTokenSigningKey,
    PAYMENT_WEBHOOK_SECRET: paymentWebhookSecret,
    ORDER_TOKEN_KEY: orderTokenKey,
  };
  const local = localVariables({ databaseUrl, redisUrl: null, gatewayPort: 0, secrets: keys });
  const deployed = Object.fromEntries(Object.entries(Environment?.Variables ?? {}).filter(([name]) => !Object.hasOwn(local, name)));
  const own = {
    ACCESS_TOKEN_PUBLIC_KEYS: Environment?.Variables?.ACCESS_TOKEN_PUBLIC_KEYS,
    DATABASE_POOL_MAX: '2',
    REDIS_AUTH: 'none',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  return {
    stack: readLocalStack(join(root, 'template.yaml'), local, { ...deployed, ...own, EVENT_BUS_ENDPOINT: eventsUrl }),
    originSecret,
  };
}

/** A request as it comes through the edge, which proves itself to the functions. */
function throughEdge(event: unknown, originSecret: string | undefined): unknown {
  if (originSecret === undefined || typeof event !== 'object' || event === null || !('routeKey' in event)) return event;
  const { headers = {} } = event as { headers?: Record<string, string> };
  return { ...event, headers: { ...headers, 'x-origin-secret': originSecret } };
}

/** @param root the repository that was deployed, with what was built of it */
export async function replaysOn(root: string, aws: Aws, stage: string, database: StageDatabase): Promise<DeployedReplays> {
  await database.reset();
  // Takes what this process's functions put on the bus, and a custom resource's answer: nobody else is to hear of it.
  const eventsApi = await startEventsApi('127.0.0.1');
  const { stack, originSecret } = await ownStack(root, aws, stage, database.url, `http://127.0.0.1:${eventsApi.port}`);
  const credentials = await credentialsFor(stack.env);
  const nameOf = new Map(stack.functions.map(({ logicalId, name }) => [logicalId, name.replace(/-local$/, `-${stage}`)]));
  const replays = { folder: join(root, 'events'), functions: stack.functions, credentials };
  const deployed: Stage['invoke'] = (logicalId, event) => invoke(aws, nameOf.get(logicalId) ?? logicalId, throughEdge(event, originSecret));
  let open: ReturnType<typeof openStage> | undefined;
  async function close() {
    await open?.end();
    open = undefined;
  }
  return {
    async replay(name, before) {
      open ??= openStage(stack, database.url, root);
      const { query, prepare } = open;
      const invokeThen: Stage['invoke'] = async (logicalId, event) => {
        if (before !== undefined) await query(before);
        return deployed(logicalId, event);
      };
      const report = await replay(replays, name, { query, prepare, invoke: invokeThen }).catch(async (error: Error): Promise<Report> => {
        return { differences: [error.message], dirty: true, answer: {} };
      });
      if (report.dirty) {
        await close();
        await database.reset();
      }
      return report;
    },
    async end() {
      await close();
      await eventsApi.stop();
    },
  };
}
