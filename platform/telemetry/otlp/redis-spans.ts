import type { OpenSpan } from './open-span.ts';

/** The part of an ioredis connection that is watched. */
export interface RedisClient {
  options: { host?: string | undefined; port?: number | undefined; db?: number | undefined };
  sendCommand(command: { name: string; promise: Promise<unknown> }, stream?: unknown): unknown;
}

/**
 * Makes a span of each command that a connection is told: its name and where it goes, never keys or values. Commands to copy something, which nobody
 * waits for, may end after their request.
 */
export function watchCommands(client: RedisClient, active: () => OpenSpan | undefined): void {
  const { host, port, db } = client.options;
  const server = { 'server.address': host, 'server.port': port, 'db.namespace': String(db ?? 0) };
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    const name = command.name.toUpperCase();
    const attributes = { 'db.system.name': 'redis', 'db.operation.name': name, ...server };
    const span = active()?.open({ name, kind: 'client', attributes });
    if (span)
      command.promise.then(
        () => span.end(),
        (error) => {
          span.fail(error);
          span.end();
        },
      );
    return send(command, stream);
  };
}
