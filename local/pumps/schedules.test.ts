import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { localIntervalMs, payload, startSchedules } from './schedules.ts';

const now = new Date('2026-11-20T10:00:00.123Z');

describe('a schedule', () => {
  beforeEach(() => void vi.useFakeTimers({ now }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['rate(1 minute)', 10_000],
    ['rate(5 minutes)', 300_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
    ['rate(30 days)', 2 ** 31 - 1],
    ['cron(0 3 * * ? *)', null],
    ['rate(0 minutes)', null],
  ])('%s comes every %s ms', (expression, ms) => {
    expect(localIntervalMs(expression)).toBe(ms);
  });

  it('gives the input of the template, filled in, or the event of Scheduler', () => {
    expect(
      payload(
        {
          name: 'tick',
          expression: 'rate(1 minute)',
          input: '{"time":"<aws.scheduler.scheduled-time>","n":<aws.scheduler.attempt-number>}',
        },
        now,
      ),
    ).toEqual({
      time: '2026-11-20T10:00:00Z',
      n: 1,
    });
    expect(payload({ name: 'tick', expression: 'rate(1 minute)' }, now)).toMatchObject({
      source: 'aws.scheduler',
      time: '2026-11-20T10:00:00Z',
      resources: ['arn:aws:scheduler:us-east-1:000000000000:schedule/default/tick'],
    });
  });

  it('runs shortly after the start and then at its rate, never twice at once, whatever a run does', async () => {
    const said: string[] = [];
    const outcomes = [() => Promise.reject(new Error('no\n luck')), () => new Promise((resolve) => setTimeout(resolve, 25_000))];
    let under = 0;
    let most = 0;
    const invoke = vi.fn(async () => {
      under += 1;
      most = Math.max(most, under);
      await (outcomes.shift() ?? (async () => {}))().finally(() => {
        under -= 1;
      });
    });
    const schedules = ['a', 'b'].map((name) => ({ name, expression: 'rate(1 minute)' }));
    const { stop } = startSchedules({ functions: [{ logicalId: 'F', schedules }], invoke, say: (line) => void said.push(line) });
    await vi.advanceTimersByTimeAsync(1_001);
    expect(invoke).toHaveBeenCalledTimes(2);
    expect(said).toEqual(['F (schedule) failed: no luck']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(invoke).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(invoke.mock.calls.length).toBeGreaterThanOrEqual(4);
    expect(most).toBe(1);
    const stopping = stop();
    await vi.advanceTimersByTimeAsync(1_000);
    await stopping;
    expect(vi.getTimerCount()).toBe(0);
    const calls = invoke.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(invoke).toHaveBeenCalledTimes(calls);
  });

  it('comes again after a run whose input is no JSON', async () => {
    const said: string[] = [];
    const schedules = [{ name: 'a', expression: 'rate(1 minute)', input: '{"n": ' }];
    const { stop } = startSchedules({ functions: [{ logicalId: 'F', schedules }], invoke: vi.fn(), say: (line) => void said.push(line) });
    await vi.advanceTimersByTimeAsync(11_002);
    expect(said).toEqual([
      expect.stringMatching(/^F \(schedule\) failed: .*JSON/),
      expect.stringMatching(/^F \(schedule\) failed: .*JSON/),
    ]);
    await stop();
  });
});
