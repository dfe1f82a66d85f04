// The gateway of `npm start` on given stores, in a process of its own: this checkout's, or that of another release.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stackOn } from './stores.ts';

const { checkout, keyPrefix, variables, ...stores } = JSON.parse(process.argv[2] as string) as {
  checkout: string;
  keyPrefix: string;
  variables?: Record<string, string>;
  databaseUrl: string;
  redisUrl: string | null;
  port: number;
};
const { startGateway } = (await import(
  pathToFileURL(join(checkout, 'local/gateway/server.ts')).href
)) as typeof import('#local/gateway/server.ts');
const { functions, env } = await stackOn({ ...stores, checkout }, { REDIS_KEY_PREFIX: keyPrefix, ...variables });
const { url } = await startGateway({ functions, env, port: stores.port, root: checkout });
process.send?.({ url });
