import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Event {
  id: string;
  type: string;
  subject: string;
}

/** An event bus that a test controls: it answers PutEvents as EventBridge does, or does not. */
export interface FakeBus {
  url: string;
  /** Events that it took, in order; one that came twice is here twice. */
  taken: Event[];
  /** Events that were brought to it, taken or not. */
  offered: Event[];
  /** `take` all, `hang` for ever, answer 500 (`fail`), or take those that a function says. */
  mode: 'take' | 'hang' | 'fail' | ((event: Event) => boolean);
  stop(): Promise<void>;
}

export async function startBus(): Promise<FakeBus> {
  const hanging = new Set<ServerResponse>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: { Detail: string }[] };
    const events = Entries.map(({ Detail }) => JSON.parse(Detail) as Event);
    bus.offered.push(...events);
    const { mode } = bus;
    if (mode === 'hang') return void hanging.add(response);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (mode === 'fail') return void response.writeHead(500).end('{}');
    const results = events.map((event) => (mode === 'take' || mode(event) ? { EventId: event.id } : { ErrorCode: 'ThrottlingException' }));
    bus.taken.push(...events.filter((_, i) => results[i] && 'EventId' in results[i]));
    response.end(JSON.stringify({ FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results }));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const bus: FakeBus = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: [],
    offered: [],
    mode: 'take',
    stop: async () => {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return bus;
}
