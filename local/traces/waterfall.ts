/** A trace as a waterfall: its spans as a tree in order of time, on an axis on which waiting for an async hop takes little room. */
import type { Span } from './otlp.ts';
import { rounded } from './summary.ts';

export interface Row
  extends Pick<Span, 'spanId' | 'parentId' | 'name' | 'kind' | 'service' | 'failed' | 'message' | 'attributes' | 'links'> {
  /** 0 for a span whose parent is not in the trace. */
  depth: number;
  /** Whether it has a parent that is not here: the browser's span, another tracer's, or one that has not ended yet. */
  parentElsewhere: boolean;
  /** Milliseconds since the trace's first span began. */
  startMs: number;
  durationMs: number;
  /** Where its bar begins and ends on the axis, 0 to 1. */
  left: number;
  right: number;
  events: { name: string; atMs: number; attributes: Span['attributes'] }[];
}

export interface Waterfall {
  rows: Row[];
  /** Times in which nothing happened, such as a message's wait for its consumer, and where they stand on the axis. */
  gaps: { at: number; ms: number }[];
}

/** A wait is cut short when it is longer than this share of all the time in which something happened … */
const longShare = 0.25;
/** … and is then as wide as this share of it. */
const drawnShare = 0.04;

/** @param spans in any order, one at least */
export function waterfallOf(spans: readonly Span[]): Waterfall {
  const startUs = Math.min(...spans.map((span) => span.startUs));
  const axis = axisOf(spans.map((span) => [span.startUs - startUs, span.startUs - startUs + span.durationUs]));
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const rows = inTreeOrder(spans, ids).map(({ span, depth }): Row => {
    const { spanId, parentId, name, kind, service, failed, message, attributes, links, durationUs } = span;
    const offsetUs = span.startUs - startUs;
    return {
      spanId,
      parentId,
      name,
      kind,
      service,
      failed,
      message,
      attributes,
      links,
      depth,
      parentElsewhere: parentId !== null && !ids.has(parentId),
      startMs: rounded(offsetUs / 1_000),
      durationMs: rounded(durationUs / 1_000),
      left: axis.at(offsetUs),
      right: axis.at(offsetUs + durationUs),
      events: span.events.map((event) => ({
        name: event.name,
        atMs: rounded((event.atUs - startUs) / 1_000),
        attributes: event.attributes,
      })),
    };
  });
  return { rows, gaps: axis.gaps };
}

/** Parents before children, siblings by when they began. A span that is its own ancestor, as no tracer makes them, stands at the top. */
function inTreeOrder(spans: readonly Span[], ids: ReadonlySet<string>): { span: Span; depth: number }[] {
  const byParent = Map.groupBy(spans, ({ parentId }) => (parentId !== null && ids.has(parentId) ? parentId : null));
  const ordered: { span: Span; depth: number }[] = [];
  const seen = new Set<string>();
  const byStart = (list: readonly Span[] = []) => list.toSorted((a, b) => a.startUs - b.startUs || b.durationUs - a.durationUs);
  const put = (from: readonly Span[]) => {
    const stack = from.toReversed().map((span) => ({ span, depth: 0 }));
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { span, depth } = next;
      if (seen.has(span.spanId)) continue;
      seen.add(span.spanId);
      ordered.push(next);
      for (const child of byStart(byParent.get(span.spanId)).toReversed()) stack.push({ span: child, depth: depth + 1 });
    }
  };
  put(byStart(byParent.get(null)));
  if (ordered.length < spans.length) for (const span of byStart(spans)) put([span]);
  return ordered;
}

/** Maps instants to 0…1, long waits shortened. @param intervals [start, end] in any order, from 0 on */
export function axisOf(intervals: readonly [number, number][]): { at(instant: number): number; gaps: Waterfall['gaps'] } {
  const busy: [number, number][] = [];
  for (const [start, end] of intervals.toSorted((a, b) => a[0] - b[0])) {
    const last = busy.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else busy.push([start, end]);
  }
  const busySum = busy.reduce((sum, [start, end]) => sum + end - start, 0) || 1;
  const last = busy.at(-1)?.[1] ?? 0;
  const cuts: { from: number; to: number; saved: number }[] = [];
  for (const [i, [start]] of busy.entries()) {
    const from = busy[i - 1]?.[1];
    if (from !== undefined && start - from > longShare * busySum)
      cuts.push({ from, to: start, saved: start - from - drawnShare * busySum });
  }
  const width = last - cuts.reduce((sum, { saved }) => sum + saved, 0) || 1;
  const at = (instant: number): number => {
    let drawn = instant;
    for (const { from, to, saved } of cuts) {
      if (instant >= to) drawn -= saved;
      else if (instant > from) drawn -= (saved * (instant - from)) / (to - from);
    }
    return Math.min(1, Math.max(0, Math.round((drawn / width) * 1e5) / 1e5));
  };
  return { at, gaps: cuts.map(({ from, to }) => ({ at: (at(from) + at(to)) / 2, ms: rounded((to - from) / 1_000) })) };
}
