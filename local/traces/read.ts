/** What the pages ask for, as JSON. `state` stands for the answer: a page that asks again and again is told when it is the same. */
import type { Filter } from './filter.ts';
import { matches } from './filter.ts';
import type { LogLine, LogLines } from './log-lines.ts';
import type { Trace, TraceStore } from './store.ts';
import { type Summary, summaryOf } from './summary.ts';
import { type Waterfall, waterfallOf } from './waterfall.ts';

export interface TraceList {
  items: Summary[];
  /** How many traces the filter lets through; `items` are as many as were asked for. */
  matched: number;
  kept: { traces: number; spans: number; bytes: number };
  /** What filters can be set to. */
  choices: { routes: string[]; services: string[] };
  state: string;
}

const summaries = new WeakMap<Trace, { version: number; summary: Summary }>();

/** A trace's summary is made anew only when spans have joined it. */
function summaryFor(trace: Trace): Summary {
  const known = summaries.get(trace);
  if (known?.version === trace.version) return known.summary;
  const summary = summaryOf(trace);
  summaries.set(trace, { version: trace.version, summary });
  return summary;
}

export function listTraces(store: TraceStore, { traceId, ...filter }: Filter & { traceId?: string }): TraceList {
  const one = traceId === undefined ? undefined : store.get(traceId);
  const among = traceId === undefined ? [...store.all()] : one ? [one] : [];
  const found = among.flatMap((trace) => {
    const summary = summaryFor(trace);
    return matches(trace, summary, filter) ? [summary] : [];
  });
  found.sort(filter.sort === 'newest' ? (a, b) => (a.startedAt < b.startedAt ? 1 : -1) : (a, b) => b.durationMs - a.durationMs);
  const all = [...store.all()].map(summaryFor);
  return {
    items: found.slice(0, filter.limit),
    matched: found.length,
    kept: store.held(),
    choices: { routes: sortedSet(all.flatMap(({ routes }) => routes)), services: sortedSet(all.flatMap(({ services }) => services)) },
    state: `${store.version()} ${filter.from ?? ''} ${filter.to ?? ''}`,
  };
}

const sortedSet = (values: readonly string[]): string[] => [...new Set(values)].sort();

export type ShownTrace = Waterfall & { summary: Summary | null; logs: LogLine[]; state: string };

/** A trace with its log lines; these may be here before its first span, or without any. @returns undefined: nothing is known of it */
export function readTrace(store: TraceStore, lines: LogLines, traceId: string): ShownTrace | undefined {
  const trace = store.get(traceId);
  const logs = lines.of(traceId);
  if (!trace && logs.length === 0) return undefined;
  const state = `${trace?.version ?? 0} ${logs.length}`;
  if (!trace) return { rows: [], gaps: [], summary: null, logs, state };
  return { ...waterfallOf([...trace.spans.values()]), summary: summaryFor(trace), logs, state };
}
