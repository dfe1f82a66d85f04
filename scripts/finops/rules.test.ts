import { expect, test } from 'vitest';
import { monthlyUsd } from '#functions/ops/lib/monthly-usd.ts';
import { Misuse } from '../command-line.ts';
import { sideBySide } from './compare.ts';
import { idealParameters } from './ideal.ts';
import { comparisonRows } from './report.ts';
import { requestCount, shortCount } from './request-count.ts';
import { runsPerMonth } from './schedules.ts';

test('a meter counts what is always there, what each request adds, and leaves out what is free', () => {
  const meters = [
    { usd: 2, base: 10 },
    { usd: 0.5, base: 5, perRequest: 1, free: 20 },
  ];
  expect(monthlyUsd(meters, 0)).toBe(20);
  expect(monthlyUsd(meters, 15)).toBe(20);
  expect(monthlyUsd(meters, 25)).toBe(25);
});

test.each([
  ['10k', 10_000, '10k'],
  ['1m', 1_000_000, '1M'],
  ['2.5M', 2_500_000, '2.5M'],
  ['100000', 100_000, '100k'],
  ['7', 7, '7'],
])('%s are %i requests', (text, n, short) => {
  expect(requestCount(text)).toBe(n);
  expect(shortCount(n)).toBe(short);
});

test.each(['', 'k', '-1', '1x', '1,000', '0.5', '1001m', '1e6', ' 1'])('"%s" is no number of requests', (text) => {
  expect(() => requestCount(text)).toThrow(Misuse);
});

test('schedules run so often a month; one that cannot be counted is an error', () => {
  expect([runsPerMonth('rate(1 minute)'), runsPerMonth('rate(4 hours)'), runsPerMonth('rate(1 day)')]).toEqual([
    43_800,
    182.5,
    expect.closeTo(30.42),
  ]);
  expect(runsPerMonth('cron(0 8 * * ? *)')).toBeCloseTo(30.42);
  expect(() => runsPerMonth('cron(*/5 * * * ? *)')).toThrow('cannot count');
});

test('the ideal is sized by the traffic, and takes nothing away that was promised', () => {
  const prod = { Stage: 'prod', Sizing: 'oversized', Egress: 'nat-per-zone', DatabaseProxy: 'true', Waf: 'true', Engine: 'postgres' };
  expect(idealParameters(prod, 1e6)).toEqual({
    ...prod,
    Sizing: 'rightsized',
    DatabaseClass: 'db.t4g.micro',
    CacheClass: 'cache.t4g.micro',
  });
  expect(idealParameters(prod, 1e8)).toMatchObject({
    DatabaseClass: 'db.t4g.medium',
    CacheClass: 'cache.t4g.small',
    Egress: 'nat-per-zone',
  });
  expect(idealParameters({ ...prod, Stage: 'dev' }, 1e6).Egress).toBe('nat-instance');
  expect(idealParameters({ ...prod, Egress: 'ipv6', Stage: 'dev' }, 1e6).Egress).toBe('ipv6');
  expect(idealParameters({ ...prod, Engine: 'aurora-postgres' }, 1e8).DatabaseClass).toBe('');
});

test('what only one side has is none on the other, and the sums are those of the rows', () => {
  const items = sideBySide(
    [{ resource: 'NAT', detail: '2 gateways', meters: [{ usd: 1, base: 60 }] }],
    [{ resource: 'Valkey', detail: 'one', meters: [{ usd: 1, base: 9 }] }],
  );
  expect(comparisonRows(items, 0).slice(1, 4)).toEqual([
    ['NAT', '2 gateways', 'none', '60.00', '0.00', '60.00'],
    ['Valkey', 'none', 'one', '0.00', '9.00', '-9.00'],
    ['Sum', '', '', '60.00', '9.00', '51.00'],
  ]);
});
