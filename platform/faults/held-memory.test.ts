import { expect, test } from 'vitest';
import { bytesToHold } from './held-memory.ts';

const mib = 2 ** 20;
const roomy = 10_000 * mib;

test('a function holds the strength’s share of what lies between its use and three quarters of its limit', () => {
  const room = { limit: 512 * mib, used: 134 * mib, available: roomy };
  expect([0.1, 0.5, 1].map((strength) => bytesToHold(strength, room) / mib)).toEqual([25, 125, 250]);
});

test('where one process serves all functions it holds 256 MB at most', () => {
  expect(bytesToHold(1, { limit: undefined, used: 900 * mib, available: roomy }) / mib).toBe(256);
});

test('never more than half of what the machine has left, and nothing where there is no room', () => {
  expect(bytesToHold(1, { limit: 1_024 * mib, used: 100 * mib, available: 60 * mib }) / mib).toBe(30);
  expect(bytesToHold(1, { limit: 128 * mib, used: 120 * mib, available: roomy })).toBe(0);
});
