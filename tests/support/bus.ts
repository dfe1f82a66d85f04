import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

interface Event {
  id: string;
  type: string;
  subject: string;
}

/**
 * `take` all, `hang` for ever, answer 500 (`fail`), refuse the whole call as malformed (`refuse`), answer something else than EventBridge would
 * (`garble`), or take those that a function says.
 */
type Mode = 'take' | 'hang' | 'fail' | 'refuse' | 'garble' | ((event: Event) => boolean);

/** An event bus that a test controls: it answers PutEvents as EventBridge does, or fails in a chosen way. */
export interface FakeBus {
  url: string;
  /** Events that it took, in order; one that came twice is here twice. */
  taken: Event[];
  /** Events that were brought to it, taken or not. */
  offered: Event[];
  mode: Mode;
  /** Modes of the next requests, before `mode` has its turn. */
  next: Mode[];
  /** What comes of each request that has this event in it. */
  poison: Map<string, Mode>;
  /** How many events each request brought. */
  calls: number[];
  /** Milliseconds that it waits before each answer. */
  delayMs: number;
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
    bus.calls.push(events.length);
    const mode = events.map(({ id }) => bus.poison.get(id)).find((each) => each !== undefined) ?? bus.next.shift() ?? bus.mode;
    if (bus.delayMs > 0) await setTimeout(bus.delayMs);
    if (mode === 'hang') return void hanging.add(response);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (mode === 'fail') return void response.writeHead(500).end('{}');
    if (mode === 'refuse')
      return void response
        .writeHead(400)
        .end('{"__type":"ValidationException","message":"Total size of the entries in the request is over the limit."}');
    if (mode === 'garble') return void response.end('{"Entries":[]}');
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
    next: [],
    poison: new Map(),
    calls: [],
    delayMs: 0,
    stop: async () => {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return bus;
}
