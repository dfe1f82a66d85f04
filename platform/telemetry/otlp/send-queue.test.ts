import { describe, expect, it } from 'vitest';
import type { CollectorAnswer } from './collector-answer.ts';
import type { EndedSpan } from './encode.ts';
import { batchLimit, createSendQueue, queueLimit } from './send-queue.ts';

const span = (name: string): EndedSpan => ({
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentSpanId: undefined,
  name,
  kind: 'server',
  start: 1,
  end: 2,
  attributes: {},
  exceptions: [],
  links: [],
  failure: undefined,
  resource: {},
});

/** A queue whose collector answers what it is told to, on a clock that stands still. */
function queueTo(...answers: (Partial<CollectorAnswer> | Error)[]) {
  const at = { now: 1_000_000 };
  const sent: string[][] = [];
  const said: [string, Record<string, unknown>][] = [];
  const queue = createSendQueue({
    encode: (spans) => JSON.stringify(spans.map(({ name }) => name)),
    post: async (body) => {
      sent.push(JSON.parse(body));
      const answer = answers.shift() ?? {};
      if (answer instanceof Error) throw answer;
      return { status: 200, retryAfter: undefined, body: '{}', ...answer };
    },
    say: (_, message, fields) => void said.push([message, fields]),
    now: () => at.now,
  });
  const add = (...names: string[]) => {
    for (const name of names) queue.add(span(name));
  };
  const flushIn = (ms: number) => {
    at.now += ms;
    return queue.flush(1_000);
  };
  return { queue, add, flushIn, sent, said };
}

describe('spans that wait to be sent', () => {
  it('leave in the order in which they ended, in batches', async () => {
    const { add, flushIn, sent, queue } = queueTo();
    add(...Array.from({ length: batchLimit + 1 }, (_, i) => String(i)));
    await flushIn(0);
    expect(sent.map((names) => [names.length, names[0]])).toEqual([
      [batchLimit, '0'],
      [1, String(batchLimit)],
    ]);
    expect(queue.size()).toBe(0);
  });

  it('are sent once when two flush at the same time', async () => {
    const { add, queue, sent } = queueTo();
    add('a');
    await Promise.all([queue.flush(1_000), queue.flush(1_000)]);
    expect(sent).toEqual([['a']]);
  });

  it.each([
    ['is full', { status: 503 }, 1_000],
    ['says when', { status: 429, retryAfter: '7' }, 7_000],
    ['cannot be reached', new Error('connect ECONNREFUSED'), 1_000],
  ])('stay while the collector %s, which is left alone for as long, and leave with the next', async (_, answer, pauseMs) => {
    const { add, flushIn, sent, said } = queueTo(answer);
    add('a');
    await flushIn(0);
    add('b');
    await flushIn(pauseMs - 1);
    expect(sent).toEqual([['a']]);
    await flushIn(1);
    expect(sent).toEqual([['a'], ['a', 'b']]);
    expect(said.map(([message]) => message)).toEqual(['spans cannot be sent for now', 'the collector takes spans again']);
  });

  it('are tried five times, with longer pauses, and then dropped and counted', async () => {
    const { add, flushIn, sent, said, queue } = queueTo(...Array.from({ length: 5 }, () => ({ status: 502 })));
    add('a', 'b');
    for (const pauseMs of [0, 1_000, 2_000, 4_000, 8_000]) await flushIn(pauseMs);
    expect([sent.length, queue.size()]).toEqual([5, 0]);
    add('c');
    await flushIn(60_000);
    expect(sent.at(-1)).toEqual(['c']);
    expect(said.at(-1)).toEqual(['the collector takes spans again', { dropped_spans: 2 }]);
  });

  it('are dropped when the collector refuses them for good, which is said once', async () => {
    const { add, flushIn, sent, said, queue } = queueTo({ status: 400, body: 'no' }, { status: 400, body: 'no' });
    add('a');
    await flushIn(0);
    add('b');
    await flushIn(0);
    expect([sent, queue.size()]).toEqual([[['a'], ['b']], 0]);
    expect(said).toEqual([['the collector refuses spans', { reason: 'The collector answered 400: no', dropped_spans: 1 }]]);
  });

  it('are counted where the collector takes all but some', async () => {
    const body = JSON.stringify({ partialSuccess: { rejectedSpans: '1', errorMessage: 'too old' } });
    const { add, flushIn, said } = queueTo({ body });
    add('a', 'b');
    await flushIn(0);
    expect(said).toEqual([['the collector refuses some spans', { reason: 'too old', dropped_spans: 1 }]]);
  });

  it('are bounded: what comes while it is full is dropped and counted', async () => {
    const { add, flushIn, queue, said } = queueTo({ status: 503 });
    add('a');
    await flushIn(0);
    add(...Array.from({ length: queueLimit + 4 }, () => 'b'));
    expect(queue.size()).toBe(queueLimit);
    await flushIn(1_000);
    expect(said.at(-1)).toEqual(['the collector takes spans again', { dropped_spans: 5 }]);
  });

  it('keep nobody waiting for longer than the budget, and are not lost when it is over', async () => {
    const queue = createSendQueue({
      encode: () => '',
      post: (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      say: () => undefined,
      now: Date.now,
    });
    queue.add(span('a'));
    const began = performance.now();
    await queue.flush(20);
    expect(performance.now() - began).toBeGreaterThanOrEqual(19);
    expect(queue.size()).toBe(1);
  });
});
