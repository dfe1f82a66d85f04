import { subscribe } from 'node:diagnostics_channel';
import type { OpenSpan } from './open-span.ts';

/** What Node's fetch says of a call in its diagnostics channels (https://undici.nodejs.org/#/docs/api/DiagnosticsChannel). */
interface Said {
  request: { method: string; origin: string | URL; path: string };
  response?: { statusCode: number };
  error?: Error;
}

/**
 * Makes a span of each call by fetch that is made inside of a span: AWS's APIs, exchange rates, OpenSearch. Never its query, headers or body; a query
 * may sign the call.
 */
export function watchFetch(active: () => OpenSpan | undefined): void {
  const underWay = new WeakMap<Said['request'], OpenSpan>();
  const on = (step: string, listener: (said: Said) => void) => subscribe(`undici:request:${step}`, (said) => listener(said as Said));
  const end = (request: Said['request']) => {
    underWay.get(request)?.end();
    underWay.delete(request);
  };
  on('create', ({ request }) => {
    const span = active()?.open({ name: request.method, kind: 'client', attributes: describe(request) });
    if (span) underWay.set(request, span);
  });
  on('headers', ({ request, response }) => {
    const status = response?.statusCode ?? 0;
    const span = underWay.get(request);
    span?.set({ 'http.response.status_code': status });
    if (status >= 400) span?.failAs(String(status));
  });
  on('trailers', ({ request }) => end(request));
  on('error', ({ request, error }) => {
    underWay.get(request)?.fail(error);
    end(request);
  });
}

const ports: Record<string, number> = { 'http:': 80, 'https:': 443 };

function describe({ method, origin, path }: Said['request']) {
  const { protocol, hostname, port, host } = new URL(origin);
  return {
    'http.request.method': method,
    'url.full': `${protocol}//${host}${path.replace(/[?#].*$/s, '')}`,
    'server.address': hostname,
    'server.port': Number(port) || ports[protocol],
  };
}
