import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';

export interface Front {
  port: number;
  stop(): Promise<void>;
}

/**
 * The TLS in front of the emulator's distributions and APIs, which it serves over plain HTTP by their host names.
 * @param certificates a folder with server.pem and server.key
 */
export async function startFront(certificates: string, emulatorPort: number): Promise<Front> {
  const server = createServer(
    { cert: readFileSync(join(certificates, 'server.pem')), key: readFileSync(join(certificates, 'server.key')) },
    (incoming, outgoing) => {
      const { method, url, headers } = incoming;
      const onward = request({
        host: '127.0.0.1',
        port: emulatorPort,
        method,
        path: url,
        headers: { ...headers, 'x-forwarded-proto': 'https' },
      });
      onward.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      });
      onward.on('error', (error) => {
        if (!outgoing.headersSent) outgoing.writeHead(502, { 'content-type': 'text/plain' });
        outgoing.end(`the emulator does not answer: ${error.message}`);
      });
      incoming.pipe(onward);
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no free port');
  const stop = async () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: address.port, stop };
}
