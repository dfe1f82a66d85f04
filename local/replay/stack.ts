import { join } from 'node:path';
import { makeAccessTokenKeys } from '#platform/auth/access-token-keys.ts';
import { type LocalStack, localVariables, readLocalStack } from '../values.ts';

/** The template's functions with the variables of a replay: signing keys of its own, and limits that no number of replays reaches. */
export function replayStack(
  root: string,
  { shopUrl, redisUrl, eventsUrl }: { shopUrl: string; redisUrl: string | null; eventsUrl: string },
): LocalStack {
  const secrets = { ORDER_TOKEN_KEY: 'opens orders of a replay and no others', ...makeAccessTokenKeys() };
  const variables = localVariables({ databaseUrl: shopUrl, redisUrl, gatewayPort: 0, secrets });
  const wide = { RATE_LIMIT_PER_MINUTE: '1000000', ACCOUNT_RATE_LIMIT_PER_MINUTE: '1000000', DATABASE_POOL_MAX: '2' };
  const quiet = { POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'SILENT' };
  return readLocalStack(
    join(root, 'template.yaml'),
    { ...variables, EVENT_BUS_ENDPOINT: eventsUrl, SES_ENDPOINT: eventsUrl, SQS_ENDPOINT: eventsUrl },
    { ...wide, ...quiet },
  );
}
