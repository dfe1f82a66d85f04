import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mishap, startDatadog } from '#tests/support/datadog-server.ts';
import { type Assets, applyDatadog } from './apply.ts';
import { datadogApi } from './client.ts';
import { datadogFile } from './write.ts';

const file = (kind: keyof Assets) => JSON.parse(datadogFile(kind)) as Record<string, Record<string, unknown>>;
const assets = { slos: file('slos'), monitors: file('monitors'), dashboards: file('dashboards') };
const all = Object.values(assets).reduce((sum, entries) => sum + Object.keys(entries).length, 0);
const without = (kind: keyof Assets, asset: string): Assets => ({
  ...assets,
  [kind]: Object.fromEntries(Object.entries(assets[kind]).filter(([name]) => name !== asset)),
});

let datadog: Awaited<ReturnType<typeof startDatadog>>;
let waits: number[];
beforeEach(async () => {
  datadog = await startDatadog();
  waits = [];
});
afterEach(() => datadog.end());

const apply = (wanted: Assets = assets, { stage = 'dev', dryRun = false, notify = '@shop', apiKey = 'api', timeoutMs = 5_000 } = {}) => {
  const access = { url: datadog.url, apiKey, applicationKey: 'application' };
  const patience = { timeoutMs, tries: 3, wait: async (ms: number) => waits.push(ms) };
  return applyDatadog(datadogApi(access, patience), wanted, { stage, suffix: stage === 'prod' ? '' : `-${stage}`, notify, dryRun });
};
const count = () => Object.values(datadog.held).reduce((sum, { size }) => sum + size, 0);
const monitor = (asset: string, stage = 'dev') =>
  [...datadog.held.monitors.values()].find(({ tags }) =>
    ['asset:', 'stage:'].every((name, i) => (tags as string[]).includes(`${name}${[asset, stage][i]}`)),
  );
/** The first so many requests that match meet a mishap. */
const befall = (mishap: Mishap, matches: (method: string, path: string, body?: Record<string, unknown>) => boolean, times = 1) => {
  let left = times;
  datadog.befall((method, path, body) => {
    if (left === 0 || !matches(method, path, body)) return undefined;
    left -= 1;
    return mishap;
  });
};

describe('applying', () => {
  it('makes everything, by its stage’s names, and nothing when it is run again', async () => {
    const first = await apply();
    expect(first.faults).toEqual([]);
    expect(first.lines).toHaveLength(all);
    expect(count()).toBe(all);
    const sent = JSON.stringify(Object.values(datadog.held).map((entries) => [...entries.values()]));
    expect(sent).not.toMatch(/<(stage|suffix|notify|slo)/);
    expect(monitor('outbox-age')).toMatchObject({
      query: 'min(last_5m):max:kelvo.outbox_age{env:dev} > 300000',
      message: expect.stringMatching(/ @shop$/),
    });
    expect(String(monitor('budget-fast')?.query)).toContain(`burn_rate("${[...datadog.held.slos.keys()][0]}")`);
    datadog.requests.length = 0;
    expect(await apply()).toEqual({ lines: [], faults: [] });
    expect(datadog.requests.every((request) => request.startsWith('GET '))).toBe(true);
  });

  it('keeps the stages apart', async () => {
    await apply();
    await apply(assets, { stage: 'prod' });
    expect(count()).toBe(2 * all);
    expect(String(monitor('schedules', 'prod')?.query)).toContain('functionname:rumshop-ops-relay-outbox}');
    expect(await apply(without('monitors', 'schedules'), { stage: 'dev' })).toEqual({ lines: ['deleted monitors/schedules'], faults: [] });
    expect(monitor('schedules', 'prod')).toBeDefined();
  });

  it('writes over what was changed by hand, makes what is gone, and deletes what only the repository has lost', async () => {
    await apply();
    const slow = monitor('slow-p95') ?? {};
    slow.query = 'avg(last_10m):avg:something.else{*} > 1';
    datadog.held.monitors.delete(String(monitor('queue-age')?.id));
    const foreign = [
      datadog.plant('monitors', { name: 'somebody else’s', tags: ['stage:dev'] }),
      datadog.plant('slos', { name: 'somebody else’s', tags: ['team:other'] }),
      datadog.plant('dashboards', { title: 'Kelvo dev: operations', description: 'by hand', widgets: [] }),
    ];
    const { lines, faults } = await apply(without('dashboards', 'business'));
    expect([lines.sort(), faults]).toEqual([
      ['created monitors/queue-age', 'deleted dashboards/business', 'updated monitors/slow-p95'],
      [],
    ]);
    expect(monitor('slow-p95')?.query).toContain('aws.apigateway.latency.p95');
    expect(foreign.map((id) => Object.values(datadog.held).some((entries) => entries.has(id)))).toEqual([true, true, true]);
  });

  it('finds what is on a later page of a list', async () => {
    for (let i = 0; i < 250; i++) datadog.plant('dashboards', { title: String(i), description: 'by hand', widgets: [] });
    await apply();
    expect(await apply()).toEqual({ lines: [], faults: [] });
  });

  it('says what it would do, has monitors judged, and does nothing', async () => {
    await apply(without('monitors', 'cache-memory'));
    const before = count();
    datadog.requests.length = 0;
    const broken = { ...assets, monitors: { ...assets.monitors, 'queue-age': { ...assets.monitors['queue-age'], type: 'no such type' } } };
    const { lines, faults } = await apply({ ...broken, dashboards: {} }, { dryRun: true });
    expect(lines).toEqual([
      'would create monitors/cache-memory',
      'would update monitors/queue-age',
      'would delete dashboards/business',
      'would delete dashboards/operations',
    ]);
    expect(faults).toEqual([expect.stringContaining('monitors/queue-age was refused (400)')]);
    expect(count()).toBe(before);
    expect(new Set(datadog.requests.filter((request) => !request.startsWith('GET ')))).toEqual(new Set(['POST /api/v1/monitor/validate']));
  });
});

describe('when Datadog', () => {
  const postsOf = (asset: string) => (method: string, path: string, body?: Record<string, unknown>) =>
    method === 'POST' && path === '/api/v1/monitor' && ((body?.tags ?? []) as string[]).includes(`asset:${asset}`);

  it('refuses one, the others are made, and it is told which and why', async () => {
    befall({ status: 400 }, postsOf('queue-age'));
    const { lines, faults } = await apply();
    expect(faults).toEqual(['monitors/queue-age was refused (400): a mishap']);
    expect(lines).toHaveLength(all - 1);
  });

  it('refuses the keys, nothing is tried', async () => {
    expect(await apply(assets, { apiKey: 'wrong' })).toEqual({
      lines: [],
      faults: ['Datadog refused to show /api/v1/slo (403): Forbidden'],
    });
    expect(datadog.requests).toHaveLength(1);
  });

  it('has too many requests, it is asked again when it says', async () => {
    befall({ status: 429, headers: { 'x-ratelimit-reset': '7' } }, postsOf('queue-age'), 2);
    expect((await apply()).faults).toEqual([]);
    expect([waits, count()]).toEqual([[7_000, 7_000], all]);
  });

  it('goes on having too many, the run ends, and the next one does what is left', async () => {
    befall({ status: 429 }, postsOf('queue-age'), 3);
    expect((await apply()).faults).toEqual([
      expect.stringContaining('away, and it is not known whether it took monitors/queue-age: too many requests'),
    ]);
    await apply();
    expect(count()).toBe(all);
  });

  it('fails while it is read or written over, it is asked again, longer each time', async () => {
    await apply();
    (monitor('slow-p95') ?? {}).priority = 5;
    befall({ status: 503 }, (method) => method === 'GET' || method === 'PUT', 2);
    expect(await apply()).toEqual({ lines: ['updated monitors/slow-p95'], faults: [] });
    expect(waits).toEqual([500, 1_000]);
  });

  it.each([
    ['answers 500', { status: 500, serve: true }],
    ['hangs up', 'hangs up after serving'],
  ] as const)('%s to a create that it did, the run ends, and the next one makes no second', async (_, mishap) => {
    befall(mishap, postsOf('queue-age'));
    const { faults } = await apply();
    expect(faults).toEqual([expect.stringContaining('Datadog is away, and it is not known whether it took monitors/queue-age')]);
    expect((await apply()).faults).toEqual([]);
    expect(count()).toBe(all);
  });

  it('does not answer, it is not waited for longer than it may take', async () => {
    befall('silence', () => true, 3);
    expect(await apply(assets, { timeoutMs: 50 })).toEqual({ lines: [], faults: ['Datadog is away: no answer within 0.05 s'] });
    expect([datadog.requests.length, waits]).toEqual([3, [500, 1_000]]);
  });

  it('has one of ours twice, it is told, and neither is deleted', async () => {
    await apply();
    const { id: _, ...copy } = monitor('queue-age') ?? {};
    const second = datadog.plant('monitors', copy);
    expect(await apply()).toEqual({ lines: [], faults: [`monitors/queue-age is there more than once: look at ${second}, and delete it`] });
    expect(count()).toBe(all + 1);
  });

  it('is not there at all, it is told in one line', async () => {
    const access = { url: 'http://127.0.0.1:1', apiKey: 'api', applicationKey: 'application' };
    const api = datadogApi(access, { timeoutMs: 500, tries: 2, wait: async () => undefined });
    expect(await applyDatadog(api, assets, { stage: 'dev', suffix: '-dev', notify: '', dryRun: false })).toEqual({
      lines: [],
      faults: [expect.stringMatching(/^Datadog is away: /)],
    });
  });
});
