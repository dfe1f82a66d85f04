import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Whether a server can listen on this port of 127.0.0.1 now. macOS allows two servers on one port, so first it is checked that none answers. */
export async function isFree(port: number): Promise<boolean> {
  if (await accepts(port)) return false;
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** The preferred port if it is free, else one that the system chooses. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && preferred > 0 && preferred <= 65_535 && (await isFree(preferred))) return preferred;
  const server = createServer();
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no free port');
  return address.port;
}

/** Whether something accepts connections on this port of 127.0.0.1. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
  });
}

/** Sends bytes to 127.0.0.1:port and resolves with the first bytes that come back, or null within the limit. */
export function ask(port: number, bytes: Uint8Array | string, limitMs = 500): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (answer: Buffer | null) => {
      resolve(answer);
      socket.destroy();
    };
    socket.setTimeout(limitMs, () => settle(null));
    socket.on('error', () => settle(null));
    socket.on('close', () => settle(null));
    socket.once('connect', () => socket.write(bytes));
    socket.once('data', settle);
  });
}
