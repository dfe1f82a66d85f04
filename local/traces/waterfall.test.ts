import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanIdOf, spanOf } from '#local/testing/spans.ts';
import { axisOf, waterfallOf } from './waterfall.ts';

const drawn = (spans: Parameters<typeof waterfallOf>[0]) =>
  waterfallOf(spans).rows.map(({ spanId, depth }) => `${'  '.repeat(depth)}${Number(`0x${spanId}`)}`);

describe('a waterfall', () => {
  it('has parents before children and siblings in order of time, in whatever order they came', () => {
    const spans = [
      spanOf(4, { parent: 2, atMs: 3 }),
      spanOf(3, { parent: 1, atMs: 5 }),
      spanOf(1, { parent: 77, ms: 20 }),
      spanOf(2, { parent: 1, atMs: 1 }),
      spanOf(5, { parent: 2, atMs: 2 }),
    ];
    expect(drawn(spans)).toEqual(['1', '  2', '    5', '    4', '  3']);
    expect(waterfallOf(spans).rows.map(({ parentElsewhere }) => parentElsewhere)).toEqual([true, false, false, false, false]);
  });

  it('has every span once, also when spans are their own ancestors', () => {
    expect(drawn([spanOf(1, { parent: 2 }), spanOf(2, { parent: 1 }), spanOf(3, { parent: 3 })])).toHaveLength(3);
  });

  it('has every span once, whatever its tree', () => {
    const parents = fc.array(fc.option(fc.nat(30), { nil: undefined }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(parents, (list) => {
        const spans = list.map((parent, i) => spanOf(i + 1, { ...(parent && { parent }), atMs: (i * 7) % 11 }));
        const { rows } = waterfallOf(spans);
        expect(rows.map(({ spanId }) => spanId).sort()).toEqual(spans.map(({ spanId }) => spanId).sort());
        for (const { left, right } of rows) expect(left >= 0 && left <= right && right <= 1).toBe(true);
      }),
    );
  });

  it('shows a consumer that came five minutes later beside the request, and says how long it waited', () => {
    const { rows, gaps } = waterfallOf([spanOf(1, { ms: 100 }), spanOf(2, { parent: 1, kind: 'consumer', atMs: 300_000, ms: 100 })]);
    expect(gaps).toEqual([{ at: expect.closeTo(0.5, 3), ms: 299_900 }]);
    expect(rows.map(({ left, right }) => [left, right])).toEqual([
      [0, expect.closeTo(0.481, 3)],
      [expect.closeTo(0.519, 3), 1],
    ]);
    expect(rows.map(({ startMs }) => startMs)).toEqual([0, 300_000]);
  });

  it('is to scale where nothing waits long', () => {
    const { rows, gaps } = waterfallOf([spanOf(1, { ms: 100 }), spanOf(2, { parent: 1, atMs: 110, ms: 90 })]);
    expect(gaps).toEqual([]);
    expect(rows[1]).toMatchObject({ left: 0.55, right: 1 });
  });

  it('of a span that took no time is a point', () => {
    expect(waterfallOf([spanOf(1, { ms: 0 })]).rows[0]).toMatchObject({ left: 0, right: 0, spanId: spanIdOf(1) });
  });

  it('never turns times around', () => {
    const interval = fc.tuple(fc.nat(1e6), fc.nat(1e4)).map(([start, length]): [number, number] => [start, start + length]);
    fc.assert(
      fc.property(fc.array(interval, { minLength: 1, maxLength: 20 }), fc.nat(1e6), fc.nat(1e6), (intervals, a, b) => {
        const { at } = axisOf(intervals);
        expect(at(Math.min(a, b))).toBeLessThanOrEqual(at(Math.max(a, b)));
      }),
    );
  });
});
