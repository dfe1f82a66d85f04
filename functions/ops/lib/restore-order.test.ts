import { expect, test } from 'vitest';
import { mostTold, restoreCalls, restoreFault } from './restore-order.ts';

const to = new Date('2026-11-20T21:15:00Z');

test('a restore is one call, which sends events again', () => {
  expect(restoreCalls({ to, told: [], hours: 1 })).toEqual([{ to: to.toISOString(), told: [], hours: 1 }]);
});

test('a restore of more told events than a call carries sends events again with the last, when all are noted', () => {
  expect(restoreCalls({ to, told: ['a', 'b', 'c', 'd', 'e'], hours: 2 }, 2)).toEqual([
    { told: ['a', 'b'], hours: 2 },
    { told: ['c', 'd'], hours: 2 },
    { to: to.toISOString(), told: ['e'], hours: 2 },
  ]);
  expect(restoreCalls({ to, told: ['a', 'b'], hours: 2 }, 2)).toHaveLength(1);
});

test('as many told events as a call carries fit into what Lambda takes', () => {
  const told = Array.from({ length: mostTold }, () => '01890a5d-ac96-774b-bcce-b302099a8057');
  const [call] = restoreCalls({ to, told, hours: 1 });
  expect(Buffer.byteLength(JSON.stringify({ task: 'after-restore', input: call }))).toBeLessThan(6 * 1024 * 1024);
});

test('no database was restored to the future, and the outbox goes back seven days', () => {
  expect(restoreFault({ to, hours: 168 }, to)).toBeUndefined();
  expect(restoreFault({ to, hours: 1 }, new Date(to.getTime() - 1))).toMatch('in the future');
  for (const hours of [0, -1, 168.1, Number.NaN]) expect(restoreFault({ to, hours }, to)).toMatch('at most 168');
});
