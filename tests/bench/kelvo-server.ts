// The gateway of `npm start` on given stores, in a process of its own.
import { startGateway } from '#local/gateway/server.ts';
import type { LocalStack } from '#local/values.ts';
import { root } from './stores.ts';

const { port, ...stack } = JSON.parse(process.argv[2] as string) as LocalStack & { port: number };
const { url } = await startGateway({ ...stack, port, root });
process.send?.({ url });
