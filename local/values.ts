/** The local values of the template's parameters and variables. Precedence: shell, then what stands here, then the template. */
import { Worker } from 'node:worker_threads';
import { newestMigration } from '../db/newest-migration.ts';
import { type LocalTemplate, readTemplate } from './template.ts';

export const localParameters: Record<string, string> = {
  Stage: 'local',
  NameSuffix: '-local',
  DemoData: 'true',
  FaultsAllowed: 'true',
  Instrumentation: 'none',
  MailTransport: 'local',
  AdminMail: 'admin@rumshop.com',
  PaymentProvider: 'mock',
  RateLimitPerMinute: '6000',
  AccountRateLimitPerMinute: '6000',
};

export interface Surroundings {
  databaseUrl: string;
  /** Signs in as a role that may change the schema; default: databaseUrl. */
  adminUrl?: string;
  /** null: no Redis. */
  redisUrl: string | null;
  gatewayPort: number;
  /** Secrets by the variable that carries each. */
  secrets: Record<string, string>;
}

/** Where `npm run search:node` listens. */
export const localSearchPort = 9200;

/** Variables that have another value here than in the cloud. */
export function localVariables({ databaseUrl, adminUrl, redisUrl, gatewayPort, secrets }: Surroundings): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    DATABASE_AUTH: 'password',
    DATABASE_ADMIN_URL: adminUrl ?? databaseUrl,
    DATABASE_ADMIN_SECRET_ARN: '', // the URL says it all
    DATABASE_MONITORING: 'false',
    DEMO_DATA: 'true',
    DATABASE_CONTROL_URL: asControl(databaseUrl),
    REDIS_CONTROL_URL: redisUrl ?? '',
    DATABASE_IDLE_SECONDS: '', // one server has many databases here, for tests
    SCHEMA_VERSION: newestMigration(),
    NODE_EXTRA_CA_CERTS: '',
    DATABASE_POOL_MAX: '20',
    REDIS_URL: redisUrl ?? '',
    PUBLIC_URL: `http://localhost:${gatewayPort}`,
    SES_ENDPOINT: `http://127.0.0.1:${gatewayPort}/_local/ses`,
    LAMBDA_ENDPOINT: `http://127.0.0.1:${gatewayPort}/_local/lambda`,
    EVENT_BUS_ENDPOINT: `http://127.0.0.1:${gatewayPort}/_local/events-api`,
    SQS_ENDPOINT: `http://127.0.0.1:${gatewayPort}/_local/sqs`,
    OPENSEARCH_ENDPOINT: `http://127.0.0.1:${localSearchPort}`,
    // Public: it signs webhooks of the mock provider on this machine.
    PAYMENT_WEBHOOK_SECRET: 'whsec_local_kelvo',
    // Everybody who tries things out here has the same address.
    LOGIN_FAILURES_PER_ADDRESS: '100',
    // No CloudFront stands in front: the connection's address is the caller's.
    ORIGIN_SECRET_SHA256: '',
    ...secrets,
  };
}

/** The functions' role has a sister for control here; where somebody brought a database of their own, one role is all there is. */
function asControl(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (url.username === 'kelvo_app') url.username = 'kelvo_control';
  return url.href;
}

/** What Lambda's runtime sets. */
const runtime = { TZ: 'UTC', AWS_REGION: 'us-east-1' };

export interface LocalStack {
  functions: LocalTemplate['functions'];
  template: LocalTemplate;
  /** The environment that all functions share. */
  env: Record<string, string>;
}

/**
 * Reads the template with local values.
 * @param shell wins over every other value of a variable that the template declares
 */
export function readLocalStack(
  file: string,
  variables: Record<string, string>,
  shell: Record<string, string | undefined>,
  parameters: Record<string, string> = localParameters,
): LocalStack {
  const given = Object.fromEntries(Object.entries(shell).filter((entry): entry is [string, string] => entry[1] !== undefined));
  // What a parameter switches on is switched on by its variable, too: the consumer behind OpenSearch.
  const engine = given.SEARCH_ENGINE === undefined ? {} : { SearchEngine: given.SEARCH_ENGINE };
  const template = readTemplate(file, { parameters: { ...parameters, ...engine }, variables: { ...variables, ...given } });
  const { functions } = template;
  const env = oneEnvironment(functions);
  const undeclared = Object.keys(variables).filter((name) => !Object.hasOwn(env, name));
  if (undeclared.length > 0) throw new Error(`local values for variables that the template does not declare: ${undeclared.join(', ')}`);
  return { functions, template, env: { ...runtime, ...(given.AWS_REGION !== undefined && { AWS_REGION: given.AWS_REGION }), ...env } };
}

/**
 * Checks the functions' variables by loading their configuration as each of them would, in a thread that has this environment.
 * Rejects with one error that lists every variable that is wrong.
 */
export function checkConfiguration(env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../platform/config.ts', import.meta.url), { env });
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
}

/** One process runs all functions, so a variable has to mean the same in each. */
function oneEnvironment(functions: LocalTemplate['functions']): Record<string, string> {
  const env: Record<string, string> = {};
  const from: Record<string, string> = {};
  for (const { logicalId, environment } of functions) {
    for (const [name, value] of Object.entries(environment)) {
      if (Object.hasOwn(env, name) && env[name] !== value)
        throw new Error(`the variable ${name} differs between ${from[name]} and ${logicalId}`);
      env[name] = value;
      from[name] = logicalId;
    }
  }
  return env;
}
