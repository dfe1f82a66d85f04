import { headersOf, newTraceIds } from '#platform/telemetry/trace-ids.ts';
import type { Reply, Step } from './step.ts';

/** As long as a person waits for a page. The shop's own routes give up before. */
const patienceMs = 35_000;

/**
 * Who asks, in access logs. It says what it is; it has no word by which robots are told (`isbot`), for the shop should count what these people look at, as
 * it counts what people look at.
 */
export const userAgent = 'KelvoTraffic/1 (made-up shoppers)';

/**
 * Sends a step to the shop, and never to anybody else: whatever the path is, the request goes to the origin that was given, and no redirect is followed.
 * Each request begins a trace of its own, as in a browser; none says that it came from a browser's session (`x-datadog-origin`), for there was none.
 * @param origin such as `http://localhost:3000`
 * @param signal cuts the request off
 * @returns what came of it; it does not throw
 */
export async function sendTo(origin: string, { method, path, headers, body }: Step, signal: AbortSignal): Promise<Reply> {
  const url = new URL(origin + path);
  if (url.origin !== new URL(origin).origin) throw new Error('A step of traffic led away from the shop');
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        'user-agent': userAgent,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headersOf(newTraceIds()),
      },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([patience, signal]),
    });
    return read(response.status, await response.text(), response.headers.get('retry-after'));
  } catch {
    return { status: 0, code: signal.aborted ? 'cut-off' : patience.aborted ? 'no-answer-in-time' : 'unreachable' };
  }
}

function read(status: number, text: string, retryAfter: string | null): Reply {
  const seconds = Number(retryAfter);
  const retry = retryAfter !== null && seconds >= 0 ? { retryAfterMs: seconds * 1_000 } : {};
  if (status >= 300 && status < 400) return { status, code: 'redirected', ...retry };
  const body = jsonOf(text);
  if (status < 300) return text !== '' && body === undefined ? { status: 0, code: 'no-json' } : { status, body };
  const code = (body as { code?: unknown } | undefined)?.code;
  return { status, code: typeof code === 'string' ? code : `http-${status}`, ...retry };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
