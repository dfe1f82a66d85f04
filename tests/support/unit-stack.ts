import { join } from 'node:path';
import { type LocalStack, localVariables, readLocalStack } from '#local/values.ts';
import { unitVariables } from './variables.ts';

const { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY, DATABASE_URL: databaseUrl } = unitVariables;
const secrets = { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY };

/** The template with the values of `npm start` and stores that nobody listens at: for who needs its functions, queues and rules alone. */
export const unitStack = (): LocalStack =>
  readLocalStack(
    join(import.meta.dirname, '../../template.yaml'),
    localVariables({ databaseUrl, redisUrl: null, gatewayPort: 0, secrets }),
    {},
  );
