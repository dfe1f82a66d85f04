import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LastLook, waitMs } from './look-again.ts';

const fresh: LastLook = { quietMs: 0, failures: 0, retryAfter: undefined, room: 1 };

/** When looks begin in a page that is opened at 0 and to which nothing happens; `room` as it is after so many looks of everybody. */
function looks(untilMs: number, room: (looked: number) => number = () => 1): number[] {
  const times: number[] = [];
  for (let at = waitMs(fresh); at < untilMs; at += waitMs({ ...fresh, quietMs: at, room: room(times.length) })) times.push(at);
  return times;
}

describe('looking again', () => {
  test.each([
    [0, 1_250],
    [50_000, 1_250],
    [80_000, 2_000],
    [200_000, 5_000],
    [600_000, 15_000],
    [86_400_000, 15_000],
  ])('after %i ms without news waits %i ms', (quietMs, expected) => {
    expect(waitMs({ ...fresh, quietMs })).toBe(expected);
  });

  test('asks 47 times in the first minute, about 140 times in ten, then four times a minute', () => {
    expect(looks(60_000)).toHaveLength(47);
    expect(looks(600_000).length).toBeGreaterThan(130);
    expect(looks(600_000).length).toBeLessThan(150);
    expect(looks(660_000).length - looks(600_000).length).toBe(4);
  });

  test('waits longer from failure to failure, and as long as it was asked to', () => {
    const pause = (failures: number, retryAfter?: number) => waitMs({ ...fresh, failures, retryAfter });
    expect([1, 2, 3, 4, 5, 6, 7, 50].map((failures) => pause(failures))).toEqual([
      2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
    expect(pause(1, 30)).toBe(30_000);
    expect(pause(5, 3)).toBe(32_000);
    expect(pause(1, 120)).toBe(120_000);
  });

  test('is never more often than every 1.25 s, and never before the API said', () => {
    const any = fc.record({
      quietMs: fc.nat(),
      failures: fc.nat(100),
      retryAfter: fc.option(fc.nat(99_999), { nil: undefined }),
      room: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(any, (last) => {
        const wait = waitMs(last);
        return (
          wait >= 1_250 &&
          (last.failures === 0 || wait >= (last.retryAfter ?? 0) * 1_000) &&
          wait <= Math.max(60_000, (last.retryAfter ?? 0) * 1_000)
        );
      }),
    );
  });

  test.each([20, 50, 100])(
    'of %i pages at one address, opened together, leaves others room for a purchase under 600 requests a minute',
    (pages) => {
      // All look at the same times, and each sees what they use together; each load of a page takes three requests, too.
      const used = (looked: number) => pages * (3 + looked);
      const inFirstMinute = used(looks(60_000, (looked) => Math.max(0, 1 - used(looked) / 600)).length);
      expect(inFirstMinute).toBeLessThanOrEqual(540);
    },
  );
});
