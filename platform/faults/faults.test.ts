import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { forgetPerProcess } from '../per-process.ts';
import type { Fault } from './fault-names.ts';
import type { RunFaults } from './faults.ts';

const begin = Date.parse('2026-11-27T10:00:00.000Z');
beforeEach(() => {
  vi.useFakeTimers({ now: begin });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const fault = (from: number, to: number, strength = 1): Fault => ({
  name: 'bad-deploy',
  strength,
  startsAt: begin + from * 1_000,
  endsAt: begin + to * 1_000,
});
const run = (...faults: Fault[]): RunFaults => ({ runId: 'a', seed: 7, faults });

/** A process that begins anew, and what it reads each time: a promise that rejects is a database that is away. */
async function processThat(allowed: 'true' | 'false', read: () => Promise<RunFaults | undefined>) {
  vi.resetModules();
  vi.stubEnv('FAULTS_ALLOWED', allowed);
  forgetPerProcess('faults');
  const faults = await import('./faults.ts');
  const reads = vi.fn(read);
  faults.readFaultsBy(reads);
  return { ...faults, reads, at: (seconds: number) => vi.setSystemTime(begin + seconds * 1_000) };
}

describe('the state of the faults', () => {
  test('is never read where faults are not allowed, and then there are none', async () => {
    const { refreshFaults, faultNow, hits, reads } = await processThat('false', async () => run(fault(0, 60)));
    expect(refreshFaults()).toBeUndefined();
    expect([faultNow('bad-deploy'), hits('bad-deploy'), reads.mock.calls.length]).toEqual([undefined, false, 0]);
  });

  test('is read once in 2 s at most, however many requests come, and never while a read is under way', async () => {
    let answer: (value: undefined) => void = () => undefined;
    const { refreshFaults, reads, at } = await processThat(
      'true',
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const first = refreshFaults();
    for (const seconds of [0, 1, 2.5, 30]) {
      at(seconds);
      expect(refreshFaults()).toBeUndefined();
    }
    answer(undefined);
    await first;
    await vi.advanceTimersByTimeAsync(0);
    const second = refreshFaults();
    answer(undefined);
    await second;
    await vi.advanceTimersByTimeAsync(0);
    at(31.999);
    expect(refreshFaults()).toBeUndefined();
    expect(reads).toHaveBeenCalledTimes(2);
    at(32);
    void refreshFaults();
    expect(reads).toHaveBeenCalledTimes(3);
  });

  test('says which fault is on by the clock, those that were to come when it was read too', async () => {
    const { refreshFaults, faultNow, at } = await processThat('true', async () => run(fault(0, 10), fault(20, 30)));
    await refreshFaults();
    const seen = [0, 9.999, 10, 19.999, 20, 29.999, 30].map((seconds) => {
      at(seconds);
      return faultNow('bad-deploy')?.startsAt;
    });
    expect(seen.map((startsAt) => startsAt && (startsAt - begin) / 1_000)).toEqual([0, 0, undefined, undefined, 20, 20, undefined]);
    expect(faultNow('ads-errors')).toBeUndefined();
  });

  test('stays while the database cannot be read, and its faults end all the same', async () => {
    let away = false;
    const { refreshFaults, faultNow, reads, at } = await processThat('true', async () => {
      if (away) throw new Error('away');
      return run(fault(0, 20));
    });
    await refreshFaults();
    away = true;
    for (const seconds of [3, 6, 9, 12, 15, 18]) {
      at(seconds);
      await refreshFaults();
    }
    expect(reads).toHaveBeenCalledTimes(7);
    expect(faultNow('bad-deploy')).toBeDefined();
    at(20);
    expect(faultNow('bad-deploy')).toBeUndefined();
  });

  test('is forgotten by a process that was frozen for long: its first request is not hit by a fault that was ended meanwhile', async () => {
    const { refreshFaults, faultNow, at } = await processThat('true', async () => run(fault(0, 900)));
    await refreshFaults();
    at(61);
    const reading = refreshFaults();
    expect(faultNow('bad-deploy')).toBeUndefined();
    await reading;
    expect(faultNow('bad-deploy')).toBeDefined();
  });

  test('lets an answer wait 50 ms at most for a slow read, which goes on', async () => {
    let answer: (value: RunFaults) => void = () => undefined;
    const { refreshFaults, faultNow } = await processThat(
      'true',
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    let settled = false;
    const waiting = refreshFaults()?.then(() => {
      settled = true;
    });
    await vi.advanceTimersByTimeAsync(49);
    expect(settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
    expect(settled).toBe(true);
    answer(run(fault(0, 10)));
    await vi.advanceTimersByTimeAsync(0);
    expect(faultNow('bad-deploy')).toBeDefined();
  });
});

describe('the calls that a fault hits', () => {
  const hitsOf = async (seed: number, strength: number) => {
    const { refreshFaults, hits } = await processThat('true', async () => ({ ...run(fault(0, 60, strength)), seed }));
    await refreshFaults();
    return Array.from({ length: 1_000 }, () => hits('bad-deploy'));
  };

  test('are as many as its strength says, the same ones for the same seed', async () => {
    const some = await hitsOf(7, 0.3);
    expect(some.filter(Boolean).length).toBeGreaterThan(250);
    expect(some.filter(Boolean).length).toBeLessThan(350);
    expect(await hitsOf(7, 0.3)).toEqual(some);
    expect(await hitsOf(8, 0.3)).not.toEqual(some);
    expect((await hitsOf(7, 1)).every(Boolean)).toBe(true);
  });

  test('begin anew with the next run, and none is hit, or counted, while the fault is not on', async () => {
    let next = run(fault(0, 10, 0.5));
    const { refreshFaults, hits, at } = await processThat('true', async () => next);
    await refreshFaults();
    const first = Array.from({ length: 50 }, () => hits('bad-deploy'));
    at(11);
    expect(Array.from({ length: 50 }, () => hits('bad-deploy')).some(Boolean)).toBe(false);
    next = { ...run(fault(12, 20, 0.5)), runId: 'b' };
    at(14);
    await refreshFaults();
    expect(Array.from({ length: 50 }, () => hits('bad-deploy'))).toEqual(first);
  });
});
