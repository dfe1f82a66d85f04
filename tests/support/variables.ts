import { makeAccessTokenKeys } from '#platform/auth/access-token-keys.ts';

const accessTokenKeys = makeAccessTokenKeys();

/** Variables for unit tests, which reach no store: what platform/config.ts asks for, and nothing that answers. */
export const unitVariables = {
  STAGE: 'local',
  SERVICE_VERSION: 'test',
  INSTRUMENTATION: 'none',
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
  DATABASE_AUTH: 'password',
  DATABASE_POOL_MAX: '1',
  DATABASE_QUERY_TIMEOUT_MS: '5000',
  REDIS_AUTH: 'none',
  REDIS_KEY_PREFIX: 'test:',
  EVENT_BUS_NAME: 'kelvo-test',
  EVENT_BUS_ENDPOINT: 'http://127.0.0.1:1',
  SQS_ENDPOINT: 'http://127.0.0.1:1',
  PAYMENT_PROVIDER: 'mock',
  PAYMENT_WEBHOOK_SECRET: 'whsec_test',
  STRIPE_API_ENDPOINT: 'http://127.0.0.1:1',
  ORDER_TOKEN_KEY: 'a-key-of-tests-that-opens-nothing-real',
  PUBLIC_URL: 'https://shop.example',
  MAIL_TRANSPORT: 'local',
  MAIL_FROM: 'Kelvo <orders@shop.example>',
  MAIL_CONFIGURATION_SET: 'kelvo-test',
  SES_ENDPOINT: 'http://127.0.0.1:1',
  LAMBDA_ENDPOINT: 'http://127.0.0.1:1',
  SEND_MAIL_FUNCTION: 'rumshop-notifications-send-mail-test',
  ORDER_EXPIRY_SECONDS: '1800',
  RATE_LIMIT_PER_MINUTE: '1000000',
  ACCOUNT_RATE_LIMIT_PER_MINUTE: '1000000',
  ORIGIN_SECRET_SHA256: '',
  ...accessTokenKeys,
  LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: '1000000',
  LOGIN_FAILURES_PER_ACCOUNT: '1000000',
  LOGIN_FAILURES_PER_ADDRESS: '1000000',
};
