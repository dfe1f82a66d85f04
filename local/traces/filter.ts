/** The list's filters, as its address has them, so that other pages can link to what they mean. */
import { type Span, textOf } from './otlp.ts';
import type { Trace } from './store.ts';
import { type Summary, statusOf } from './summary.ts';

export interface Filter {
  sort: 'newest' | 'slowest';
  limit: number;
  /** What is asked of the whole trace. */
  failed: boolean;
  route?: string;
  service?: string;
  /** ISO instants: traces that began in [from, to). */
  from?: string;
  to?: string;
  /** What no request began and did not fail is left out unless it is asked for: schedules run every second. */
  background: boolean;
  /** What is asked of one and the same of its spans, where `span` or `status` are given, and else of one of its hops. */
  span?: string;
  status?: { least: number; most: number };
  minMs: number;
}

const names = ['route', 'service', 'span', 'status', 'failed', 'minMs', 'from', 'to', 'background', 'sort', 'limit', 'traceId'] as const;
type Name = (typeof names)[number];

/** The address asks for something that cannot be. Its message is a sentence for whoever wrote the address. */
export class WrongFilter extends Error {
  override name = 'WrongFilter';
}

/**
 * Reads `?route=&service=&span=&status=503|5xx&failed=true&minMs=&from=&to=&background=true&sort=newest|slowest&limit=`. An empty value counts as
 * absent. Instants are ISO 8601, or a span back from now: `from=-15m`.
 * @throws WrongFilter
 */
export function readFilter(query: URLSearchParams, now: Date): Filter & { traceId?: string } {
  for (const key of query.keys()) {
    if (!names.some((name) => name === key)) throw new WrongFilter(`There is no filter ${key}. There are ${names.join(', ')}.`);
    if (query.getAll(key).length > 1) throw new WrongFilter(`${key} is given twice.`);
  }
  const given = (name: Name): string | undefined => query.get(name)?.trim() || undefined;
  const flag = (name: Name) => {
    const value = given(name) ?? 'false';
    if (value !== 'true' && value !== 'false') throw new WrongFilter(`${name} is true or false.`);
    return value === 'true';
  };
  const number = (name: Name, otherwise: number, most: number) => {
    const value = given(name) ?? String(otherwise);
    if (!/^\d{1,9}(\.\d{1,3})?$/.test(value) || Number(value) > most) throw new WrongFilter(`${name} is a number, ${most} at most.`);
    return Number(value);
  };
  const sort = given('sort') ?? 'newest';
  if (sort !== 'newest' && sort !== 'slowest') throw new WrongFilter('sort is newest or slowest.');
  const traceId = given('traceId')?.toLowerCase();
  if (traceId !== undefined && !/^[0-9a-f]{32}$/.test(traceId)) throw new WrongFilter('traceId has 32 hex digits.');
  const [route, service, span, status] = [given('route'), given('service'), given('span'), statusFrom(given('status'))];
  const [from, to] = [instantFrom('from', given('from'), now), instantFrom('to', given('to'), now)];
  return {
    sort,
    limit: Math.max(1, Math.trunc(number('limit', 100, 1_000))),
    failed: flag('failed'),
    background: flag('background'),
    minMs: number('minMs', 0, 999_999_999),
    ...(traceId !== undefined && { traceId }),
    ...(route !== undefined && { route }),
    ...(service !== undefined && { service }),
    ...(span !== undefined && { span: span.toLowerCase() }),
    ...(status !== undefined && { status }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

function statusFrom(value: string | undefined): Filter['status'] {
  if (value === undefined) return undefined;
  const [, hundred, rest] = /^([1-5])(xx|\d\d)$/i.exec(value) ?? [];
  if (hundred === undefined || rest === undefined) throw new WrongFilter('status is a status of HTTP, 503, or a class of them, 5xx.');
  const least = Number(hundred) * 100;
  return /x/i.test(rest) ? { least, most: least + 99 } : { least: least + Number(rest), most: least + Number(rest) };
}

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 };

function instantFrom(name: Name, value: string | undefined, now: Date): string | undefined {
  if (value === undefined) return undefined;
  const [, count, unit = ''] = /^-(\d{1,6})([smh])$/.exec(value) ?? [];
  if (count !== undefined) return new Date(now.getTime() - Number(count) * (unitMs[unit] ?? 0)).toISOString();
  // A page's form has no time zone to give: it is this machine's.
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw new WrongFilter(`${name} is an instant such as 2026-11-27T10:00:00Z, or a time back from now such as -15m.`);
  return new Date(at).toISOString();
}

/** Whether the trace is one of those that the filter asks for. @param summary the trace's */
export function matches(trace: Trace, summary: Summary, filter: Filter): boolean {
  const { failed, route, service, from, to, background, span, status, minMs } = filter;
  if (failed && !summary.failed) return false;
  if (summary.background && !summary.failed && !background) return false;
  if (from !== undefined && summary.startedAt < from) return false;
  if (to !== undefined && summary.startedAt >= to) return false;
  if (service !== undefined && !summary.services.includes(service)) return false;
  if (route !== undefined && !summary.routes.includes(route)) return false;
  if (span === undefined && status === undefined) return summary.durationMs >= minMs;
  for (const each of trace.spans.values()) {
    const fits = each.durationUs >= minMs * 1_000 && (each.failed || !failed || span === undefined);
    if (fits && hasStatus(each, status) && says(each, span)) return true;
  }
  return false;
}

function hasStatus(span: Span, wanted: Filter['status']): boolean {
  const status = statusOf(span);
  return wanted === undefined || (status !== null && status >= wanted.least && status <= wanted.most);
}

/** Whether the span's name, why it failed, or one of its attributes has the words. */
function says({ name, message, attributes }: Span, words: string | undefined): boolean {
  if (words === undefined || name.toLowerCase().includes(words) || message?.toLowerCase().includes(words)) return true;
  for (const key in attributes) if (key.includes(words) || textOf(attributes[key]).toLowerCase().includes(words)) return true;
  return false;
}
