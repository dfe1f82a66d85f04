import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unknownTo } from '../../scripts/datadog/write.ts';

type Kind = 'slos' | 'monitors' | 'dashboards';
type Body = Record<string, unknown>;

/** What happens to a request instead of, or after, being served. */
export type Mishap = { status: number; headers?: Record<string, string>; serve?: boolean } | 'hangs up after serving' | 'silence';

const kindOf: Record<string, Kind> = { slo: 'slos', monitor: 'monitors', dashboard: 'dashboards' };

const judged = new Map<string, string[]>();
/** Datadog's types take a while to read a body, and the same bodies come often. */
function judge(kind: Kind, body: Body | undefined): string[] {
  const key = kind + JSON.stringify(body);
  const known = judged.get(key) ?? unknownTo(kind, body);
  judged.set(key, known);
  return known;
}

/**
 * A server that answers as Datadog's API does, as far as `npm run datadog:apply` asks it: keeps what it is given, adds what Datadog adds, pages its lists, and
 * refuses what Datadog's own types do not know.
 */
export async function startDatadog() {
  const held: Record<Kind, Map<string, Body>> = { slos: new Map(), monitors: new Map(), dashboards: new Map() };
  const requests: string[] = [];
  let mishap: (method: string, path: string, body: Body | undefined) => Mishap | undefined = () => undefined;
  let ids = 100;

  const refusal = (status: number, ...errors: string[]): [number, unknown] => [status, { errors }];
  const page = <T>(items: T[], size: number, from: number) => items.slice(from, from + size);

  function list(kind: Kind, query: URLSearchParams): unknown {
    const all = [...held[kind].values()];
    if (kind === 'dashboards') {
      const summaries = all.map(({ id, title, description }) => ({ id, title, description }));
      return { dashboards: page(summaries, Number(query.get('count')), Number(query.get('start'))) };
    }
    const wanted = (query.get('monitor_tags') ?? query.get('tags_query') ?? '').split(/,| AND /);
    const found = all.filter(({ tags }) => wanted.every((tag) => (tags as string[]).includes(tag)));
    if (kind === 'slos') return { data: page(found, Number(query.get('limit')), Number(query.get('offset'))) };
    const size = Number(query.get('page_size'));
    return page(found, size, Number(query.get('page')) * size);
  }

  function write(kind: Kind, id: string, body: Body): unknown {
    const made = { ...body, id: kind === 'monitors' ? Number(id) : id, modified_at: 1, creator: { email: 'somebody@shop.example' } };
    held[kind].set(id, made);
    return kind === 'slos' ? { data: [made] } : made;
  }

  function serve(method: string, url: URL, body: Body | undefined): [status: number, body: unknown] {
    const [, kindName = '', id] = /^\/api\/v1\/(slo|monitor|dashboard)(?:\/([\w-]+))?$/.exec(url.pathname) ?? [];
    const kind = kindOf[kindName];
    if (!kind) return refusal(404, 'Not found');
    if (method === 'GET' && id === undefined) return [200, list(kind, url.searchParams)];
    if (id !== undefined && id !== 'validate' && !held[kind].has(id)) return refusal(404, `${kindName} not found`);
    if (method === 'GET') return [200, held[kind].get(id ?? '')];
    if (method === 'DELETE') {
      held[kind].delete(id ?? '');
      return [200, { deleted: id }];
    }
    const unknown = judge(kind, body);
    if (unknown.length > 0) return refusal(400, ...unknown);
    if (id === 'validate') return [200, {}];
    ids += 1;
    return [200, write(kind, id ?? String(ids), body ?? {})];
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = request.method ?? 'GET';
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = text === '' ? undefined : (JSON.parse(text) as Body);
    requests.push(`${method} ${url.pathname}`);
    const answer = ([status, content]: [number, unknown], headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(content));
    if (request.headers['dd-api-key'] !== 'api' || request.headers['dd-application-key'] !== 'application')
      return void answer(refusal(403, 'Forbidden'));
    const what = mishap(method, url.pathname, body);
    if (what === undefined) return void answer(serve(method, url, body));
    if (what === 'silence') return;
    if (what === 'hangs up after serving' || what.serve === true) serve(method, url, body);
    if (what === 'hangs up after serving') response.destroy();
    else answer(refusal(what.status, 'a mishap'), what.headers);
  }

  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held,
    requests,
    /** Puts something there that is not ours. @returns its id */
    plant: (kind: Kind, body: Body): string => {
      ids += 1;
      write(kind, String(ids), body);
      return String(ids);
    },
    befall: (next: typeof mishap) => {
      mishap = next;
    },
    end: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
