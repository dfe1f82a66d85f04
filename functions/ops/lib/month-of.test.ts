import { expect, test } from 'vitest';
import { monthOf, type StageCosts } from './month-of.ts';

const item = (resource: string, detail: string, usd: number, perRequest = 0) => ({
  resource,
  detail,
  meters: [
    { usd, base: 1 },
    { usd: perRequest, perRequest: 1 },
  ],
});
const costs: StageCosts = {
  asOf: '2026-11-26',
  stages: {
    dev: {
      deployed: [item('PostgreSQL', 'medium', 54.864), item('HTTP API', 'routes', 0, 0.000001), item('NAT', 'gateway', 32.85)],
      ideal: [
        {
          upTo: 100,
          items: [item('PostgreSQL', 'micro', 13.98), { resource: 'NAT', detail: 'none', meters: [] }, item('IPv6', 'gateway', 0.5)],
        },
        { upTo: null, items: [item('PostgreSQL', 'large', 60)] },
      ],
    },
    prod: { deployed: [], ideal: [{ upTo: null, items: [] }] },
  },
};
const usd = (amount: number) => ({ amount, currency: 'USD' });

test('each resource has what it costs, what it could cost, and the difference, in cents; the totals are the sums', () => {
  expect(monthOf(costs, 'dev', 100)).toEqual({
    asOf: '2026-11-26',
    items: [
      {
        resource: 'PostgreSQL',
        deployed: 'medium',
        ideal: 'micro',
        monthly: { deployed: usd(5486), ideal: usd(1398), savings: usd(4088) },
      },
      { resource: 'HTTP API', deployed: 'routes', ideal: 'routes', monthly: { deployed: usd(0), ideal: usd(0), savings: usd(0) } },
      { resource: 'NAT', deployed: 'gateway', ideal: 'none', monthly: { deployed: usd(3285), ideal: usd(0), savings: usd(3285) } },
      { resource: 'IPv6', deployed: 'none', ideal: 'gateway', monthly: { deployed: usd(0), ideal: usd(50), savings: usd(-50) } },
    ],
    total: { deployed: usd(8771), ideal: usd(1448), savings: usd(7323) },
  });
});

test('more requests cost more and are sized for: what is too small now saves less than nothing', () => {
  const { items, total } = monthOf(costs, 'dev', 2_000_000);
  expect(items.map(({ resource, ideal }) => [resource, ideal])).toEqual([
    ['PostgreSQL', 'large'],
    ['HTTP API', 'routes'],
    ['NAT', 'gateway'],
  ]);
  expect(items[1]?.monthly.deployed).toEqual(usd(200));
  expect(total.savings).toEqual(usd(-514));
});

test('a stage has its own costs; one on this machine shows those of dev', () => {
  expect(monthOf(costs, 'prod', 1).items).toEqual([]);
  expect(monthOf(costs, 'local', 1)).toEqual(monthOf(costs, 'dev', 1));
});
