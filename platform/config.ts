import * as z from 'zod/mini';

// Every variable a function may read. template.yaml sets them: most on every function (Globals), secrets only on those that use them.
// A variable means the same in every function that has it, so that one process can run them all.
const text = z.string().check(z.minLength(1, 'must not be empty'));
const optional = z.pipe(
  z._default(z.string(), ''),
  z.transform((value) => (value === '' ? undefined : value)),
);
const given = z.string();
/** One step instead of a schema for each rule: a cold start makes every schema of this file. */
const whole = (min: number, max: number) =>
  z.pipe(
    given,
    z.transform((value, { issues }) => {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= min && number <= max) return number;
      issues.push({ code: 'custom', message: `must be a whole number from ${min} to ${max}`, input: value });
      return z.NEVER;
    }),
  );
const isUrl = (value: string, protocols: RegExp) => protocols.test(value) && URL.canParse(value);
const url = (protocols: RegExp, fault: string) => z.string().check(z.refine((value) => isUrl(value, protocols), fault));
const optionalUrl = (protocols: RegExp, fault: string) =>
  z.pipe(
    z._default(z.string(), '').check(z.refine((value) => value === '' || isUrl(value, protocols), fault)),
    z.transform((value) => (value === '' ? undefined : value)),
  );
/** Secrets with commas between. The first makes, all are good for checking: while keys are rotated there are two (docs/runbooks/rotate-keys.md). */
const keys = (least: number) =>
  z.pipe(
    z
      ._default(z.string(), '')
      .check(
        z.refine(
          (value) => value === '' || value.split(',').every((key) => key.length >= least),
          `must have at least ${least} characters${least > 1 ? ' in each key' : ''}`,
        ),
      ),
    z.transform((value): [string, ...string[]] | undefined => {
      const [first = '', ...others] = value.split(',');
      return first === '' ? undefined : [first, ...others];
    }),
  );
const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, `must be one of ${values.join(', ')}`);

const variables = z.object({
  STAGE: text,
  SERVICE_VERSION: text,
  /** Which tracer is there: docs/telemetry.md. */
  INSTRUMENTATION: oneOf(['remote', 'layer', 'xray', 'otlp', 'none']),
  /** With `otlp`, where spans go: `/v1/traces` is added to it (OpenTelemetry's own name and meaning). */
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl(/^https?:\/\//, 'must be an http(s) URL'),
  /** What the collector wants to be told with each call: `name=value,name=value`, values percent-encoded. */
  OTEL_EXPORTER_OTLP_HEADERS: optional,
  /** The secret with more of them, in the same form. */
  OTLP_HEADERS_SECRET_ARN: optional,
  DATABASE_URL: url(/^postgres(ql)?:\/\//, 'must be a postgresql:// URL'),
  /** A read replica, some seconds behind; empty: there is none, and its reads go where the others go. */
  DATABASE_READ_URL: optionalUrl(/^postgres(ql)?:\/\//, 'must be a postgresql:// URL'),
  DATABASE_AUTH: oneOf(['iam', 'password']),
  DATABASE_POOL_MAX: whole(1, 200),
  DATABASE_QUERY_TIMEOUT_MS: whole(100, 60_000),
  /** Newest migration of this release, which the database had before this function was updated. Not on ops/migrate, which brings it there. */
  SCHEMA_VERSION: optional,
  /** The database itself, signed in to as its owner. Only functions that look after the schema and the roles have it, and the next two. */
  DATABASE_ADMIN_URL: optionalUrl(/^postgres(ql)?:\/\//, 'must be a postgresql:// URL'),
  /** The secret with the owner's password, which RDS manages; none: the URL has it. */
  DATABASE_ADMIN_SECRET_ARN: optional,
  /** Whether the Datadog Agent has a role in the database, on functions that look after the roles. */
  DATABASE_MONITORING: z._default(oneOf(['true', 'false']), 'false'),
  /** After how many seconds without a statement the database ends a session of the functions; 0: never. Empty: sessions are not bounded. */
  DATABASE_IDLE_SECONDS: optional,
  /** Whether faults may be made on purpose (docs/demo.md). Where not, nobody looks whether there are any. */
  FAULTS_ALLOWED: z._default(oneOf(['true', 'false']), 'false'),
  /** The mode that a stage begins in, on the function that sets it. */
  INITIAL_MODE: z._default(oneOf(['normal', 'blackfriday']), 'normal'),
  /** The database itself, past the proxy, signed in to as kelvo_control. Only functions that make faults have it, and the next two. */
  DATABASE_CONTROL_URL: optionalUrl(/^postgres(ql)?:\/\//, 'must be a postgresql:// URL'),
  /** Redis, signed in to as the user that may hold everybody back. Only the function that acts during faults has it. */
  REDIS_CONTROL_URL: optionalUrl(/^rediss?:\/\/./, 'must be a redis:// or rediss:// URL'),
  /** The function that acts during faults. */
  RUN_FAULTS_FUNCTION: optional,
  /** The function that sends made-up shoppers. */
  ADVANCE_TRAFFIC_FUNCTION: optional,
  /** Whether the stage may have demo users and orders, on the function that can make them. */
  DEMO_DATA: z._default(oneOf(['true', 'false']), 'false'),
  /** Where Secrets Manager answers. */
  SECRETS_ENDPOINT: url(/^https?:\/\//, 'must be an http(s) URL'),
  /** Empty: no Redis, everything comes from PostgreSQL. */
  REDIS_URL: optionalUrl(/^rediss?:\/\/./, 'must be a redis:// or rediss:// URL'),
  REDIS_AUTH: oneOf(['iam', 'none']),
  /** What an IAM sign-in is signed for. */
  REDIS_CLUSTER_NAME: optional,
  /** Begins every key, so that stages (and test files) can share a server. */
  REDIS_KEY_PREFIX: text,
  EVENT_BUS_NAME: text,
  EVENT_BUS_ENDPOINT: url(/^https?:\/\//, 'must be an http(s) URL'),
  SQS_ENDPOINT: url(/^https?:\/\//, 'must be an http(s) URL'),
  /** The short names of the queues that have dead letters, with commas between: `notify-people` of `kelvo-<stage>-notify-people`. */
  DEAD_LETTER_QUEUES: z._default(given, ''),
  /** What finds products: PostgreSQL itself, or OpenSearch beside it. */
  SEARCH_ENGINE: z._default(oneOf(['postgres', 'opensearch']), 'postgres'),
  /** Only where OpenSearch is the engine: https is Amazon OpenSearch Service, http a node of one's own. */
  OPENSEARCH_ENDPOINT: optionalUrl(/^https?:\/\/[^/]+$/, 'must be an http(s) URL without a path'),
  /** How long a search waits for OpenSearch before PostgreSQL answers. */
  OPENSEARCH_TIMEOUT_MS: z._default(whole(50, 5_000), 1_000),
  PAYMENT_PROVIDER: oneOf(['mock', 'stripe']),
  /** Only the function that receives webhooks has it. */
  PAYMENT_WEBHOOK_SECRET: keys(1),
  /** Public: the browser gives it to Stripe. */
  STRIPE_PUBLISHABLE_KEY: optional,
  /** Only functions that call the payment provider have it. */
  STRIPE_SECRET_KEY: optional,
  /** Where exchange rates come from, in the format of the European Central Bank; none: they stay as they are. */
  RATES_FEED_URL: optionalUrl(/^(https?|file):\/\//, 'must be an https://, http:// or file:// URL'),
  STRIPE_API_ENDPOINT: url(/^https?:\/\//, 'must be an http(s) URL'),
  /** Only functions that make or check order tokens, or hash an e-mail address, have it. */
  ORDER_TOKEN_KEY: keys(32),
  /** Where shoppers reach the shop: links in mails begin with it. */
  PUBLIC_URL: url(/^https?:\/\/[^/]+$/, 'must be an http(s) URL without a path'),
  MAIL_TRANSPORT: oneOf(['local', 'ses', 'smtp']),
  SMS_TRANSPORT: oneOf(['local', 'sns']),
  SNS_ENDPOINT: url(/^https?:\/\//, 'must be an http(s) URL'),
  /** Shown as the sender where a country allows names. */
  SMS_SENDER_ID: optional,
  /** `Kelvo <orders@shop.example>`; somebody reads what is answered to it. */
  MAIL_FROM: text.check(z.regex(/^[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>$/, 'must be as in Kelvo <orders@shop.example>')),
  /** Who hears of refunds that failed. */
  ADMIN_MAIL: optional,
  /** The configuration set that mails belong to at SES. */
  MAIL_CONFIGURATION_SET: text,
  SES_ENDPOINT: url(/^https?:\/\//, 'must be an http(s) URL'),
  /** Where functions are invoked, and the one that hands mails to SES. */
  LAMBDA_ENDPOINT: url(/^https?:\/\//, 'must be an http(s) URL'),
  SEND_MAIL_FUNCTION: text,
  /** Only the function that sends mails has it, where they leave by SMTP. */
  SMTP_URL: optionalUrl(/^smtps?:\/\/./, 'must be an smtp:// or smtps:// URL'),
  ORDER_EXPIRY_SECONDS: whole(1, 604_800),
  /** Requests a minute, of one address and of one account. */
  RATE_LIMIT_PER_MINUTE: whole(1, 100_000_000),
  ACCOUNT_RATE_LIMIT_PER_MINUTE: whole(1, 100_000_000),
  /**
   * SHA-256, in hex, of the header value by which CloudFront proves itself; two with a comma between while a new value replaces the old one. Empty:
   * CloudFront does not stand in front.
   */
  ORIGIN_SECRET_SHA256: z.pipe(
    z._default(z.string(), '').check(z.regex(/^([0-9a-f]{64}(,[0-9a-f]{64})?)?$/, 'must be a SHA-256 in hex, or two with a comma between')),
    z.transform((value) => (value === '' ? undefined : value.split(','))),
  ),
  ACCESS_TOKEN_PUBLIC_KEYS: text.check(z.regex(/^\{"keys":/, 'must be a JSON Web Key Set')),
  /** Only functions that sign people in have it. */
  ACCESS_TOKEN_SIGNING_KEY: optional,
  /** Failed sign-ins a minute: of one account from one address, of one account from everywhere, from one address. */
  LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: whole(1, 1_000_000),
  LOGIN_FAILURES_PER_ACCOUNT: whole(1, 1_000_000),
  LOGIN_FAILURES_PER_ADDRESS: whole(1, 1_000_000),
});

export type Config = z.infer<typeof variables>;

/**
 * Reads the configuration, or throws one error that lists every bad variable by name (never by value: some are secrets).
 * @param source normally `process.env`, of which this file is the only reader
 */
export function readConfig(source: Record<string, string | undefined>): Config {
  const result = variables.safeParse(source);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message, code }) => {
    const name = String(path[0]);
    return `  ${name} ${source[name] === undefined ? 'is not set' : code === 'invalid_type' ? 'has the wrong type' : message}`;
  });
  throw new Error(`The configuration is wrong:\n${faults.join('\n')}`);
}

/** This process's configuration, read when the function starts. */
export const config: Config = readConfig(process.env);

/** Variables that may be left out, because only some functions have them. */
type OptionalVariable = { [Name in keyof Config]: undefined extends Config[Name] ? Name : never }[keyof Config];

/**
 * A variable that template.yaml sets only on the functions that use it.
 * @throws Error that names it, where a function that uses it lacks it
 */
export function required<Name extends OptionalVariable>(name: Name): NonNullable<Config[Name]> {
  const value = config[name];
  if (value == null) throw new Error(`${name} is not set for this function: set it in template.yaml`);
  return value;
}

/** Whether Datadog's handler stands in front of ours, put there by the template or by Remote Instrumentation. */
export const wrappedByDatadog = process.env._HANDLER?.includes('datadog-lambda-js') === true;

/** X-Ray's trace of the invocation under way: Lambda sets it anew for each. */
export const xrayHeader = (): string | undefined => process.env._X_AMZN_TRACE_ID;

/** Whether Lambda runs this process, and freezes it after each answer. */
export const onLambda = process.env.AWS_LAMBDA_RUNTIME_API !== undefined;

/** The execution role's credentials and the region, which Lambda puts into every function's environment. */
export const aws = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'local',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'local',
  region: process.env.AWS_REGION ?? 'us-east-1',
  ...(process.env.AWS_SESSION_TOKEN ? { sessionToken: process.env.AWS_SESSION_TOKEN } : {}),
};
