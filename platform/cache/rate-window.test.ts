import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Counted, countIn, placeOf, remaining, secondsToNext, secondsToReset, type Window } from './rate-window.ts';

/** Requests at the given instants, one after the other. */
function requests(instants: number[], limit: number) {
  let window: Window | undefined;
  return instants.map((at): Counted & { at: number } => {
    const result = countIn(window, limit, placeOf(at));
    window = result.window;
    return { at, ...result.counted };
  });
}

const minute = 60_000;

describe('the sliding window', () => {
  it('lets in as many as the limit says, and no more', () => {
    const counted = requests([0, 1, 2, 3, 4], 3);
    expect(counted.map(({ admitted }) => admitted)).toEqual([true, true, true, false, false]);
    expect(counted.map((each) => remaining(each, 3, placeOf(each.at)))).toEqual([2, 1, 0, 0, 0]);
  });

  it('lets the last minute count less and less', () => {
    const full = Array.from({ length: 10 }, () => 0);
    expect(requests([...full, minute], 10).at(-1)?.admitted).toBe(false);
    expect(requests([...full, 1.05 * minute], 10).at(-1)?.admitted).toBe(false);
    expect(requests([...full, 1.1 * minute], 10).at(-1)?.admitted).toBe(true);
    expect(requests([...full, 2 * minute], 10).at(-1)?.admitted).toBe(true);
  });

  it('tells when this minute ends', () => {
    expect(secondsToReset(placeOf(minute))).toBe(60);
    expect(secondsToReset(placeOf(2 * minute - 1))).toBe(1);
  });

  const limit = fc.integer({ min: 1, max: 30 });
  const bursts = fc.array(fc.nat(5 * minute), { minLength: 1, maxLength: 150 }).map((list) => list.sort((a, b) => a - b));

  it('never lets in more than the limit within a minute of the clock', () => {
    fc.assert(
      fc.property(bursts, limit, (instants, most) => {
        const admitted = new Map<number, number>();
        for (const { at, admitted: yes } of requests(instants, most)) {
          if (yes) admitted.set(Math.floor(at / minute), (admitted.get(Math.floor(at / minute)) ?? 0) + 1);
        }
        for (const count of admitted.values()) expect(count).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('lets in whoever waits as long as Retry-After says, and refuses whoever comes two seconds before', () => {
    fc.assert(
      fc.property(bursts, limit, (instants, most) => {
        const counted = requests(instants, most);
        const place = counted.findIndex(({ admitted }) => !admitted);
        const refused = counted[place];
        if (!refused) return;
        const seconds = secondsToNext(refused, most, placeOf(refused.at));
        const upTo = instants.slice(0, place + 1); // by its place, for others may have come at the same instant
        const again = (at: number) => requests([...upTo, at], most).at(-1)?.admitted;
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(again(refused.at + seconds * 1_000)).toBe(true);
        if (seconds > 2) expect(again(refused.at + (seconds - 2) * 1_000)).toBe(false);
      }),
      { examples: [[[0, 7, 7, 7], 3]] },
    );
  });
});
