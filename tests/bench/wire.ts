import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '#local/services/ports.ts';

/** A TCP proxy before a store that can hold back what the store answers. */
export interface SlowWire {
  port: number;
  /** From now on every answer takes so much longer. */
  delay(ms: number): void;
  stop(): void;
}

/**
 * Puts a proxy before a local port. With it round trips are measured as a request feels them: how many times the delay an answer takes longer
 * is how many answers of the store it waited for, one after the other. What runs side by side counts once, what nobody waits for counts not at all.
 */
export async function slowWire(storePort: number): Promise<SlowWire> {
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const port = await freePort();
  const server = createServer((client) => {
    const store = connect({ port: storePort, host: '127.0.0.1', noDelay: true });
    client.setNoDelay();
    client.on('data', (chunk) => void store.write(chunk));
    // Whatever the delay was when it came: what came first goes first.
    const held: Buffer[] = [];
    store.on('data', (chunk: Buffer) => {
      if (delayMs === 0 && held.length === 0) return void client.write(chunk);
      held.push(chunk);
      setTimeout(() => client.write(held.shift() as Buffer), delayMs);
    });
    for (const [socket, other] of [
      [client, store],
      [store, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return {
    port,
    delay: (ms) => {
      delayMs = ms;
    },
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A TCP proxy before a PostgreSQL that counts what is asked of it. */
export interface CountingWire {
  port: number;
  /** Statements so far, `begin` and `commit` among them: node-postgres waits for each, so they are round trips too. */
  asked(): number;
  stop(): void;
}

// The frontend's messages (PostgreSQL's manual, 53.7): one byte for the type, four for the length. Q is a simple query; S ends a prepared one.
const [query, sync] = ['Q', 'S'].map((type) => type.charCodeAt(0));

export async function countingWire(storePort: number): Promise<CountingWire> {
  let count = 0;
  const sockets = new Set<Socket>();
  const port = await freePort();
  const server = createServer((client) => {
    const store = connect({ port: storePort, host: '127.0.0.1', noDelay: true });
    client.setNoDelay();
    let begun = false; // the first message has no type
    let rest = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      store.write(chunk);
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const head = begun ? 1 : 0;
        if (rest.length < head + 4) return;
        const end = head + rest.readInt32BE(head);
        if (rest.length < end) return;
        if (begun && (rest[0] === query || rest[0] === sync)) count += 1;
        begun = true;
        rest = rest.subarray(end);
      }
    });
    store.on('data', (chunk) => void client.write(chunk));
    for (const [socket, other] of [
      [client, store],
      [store, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return {
    port,
    asked: () => count,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
