import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Invocation } from './invoke.ts';

export type LambdaCall = Required<Invocation>;

/** Lambda's Invoke API, as far as keeping what it is called with. @param answer what it says the function returned */
export async function startLambda(answer: object): Promise<{ url: string; calls: LambdaCall[]; stop(): Promise<void> }> {
  const calls: LambdaCall[] = [];
  const server = createServer(async (request, response) => {
    const context = String(request.headers['x-amz-client-context'] ?? '');
    calls.push({ event: JSON.parse(await text(request)), clientContext: JSON.parse(Buffer.from(context, 'base64').toString() || '{}') });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
