import { expect, test } from 'vitest';
import { rightMemory } from './right-memory.ts';

const usdPerGbSecond = 0.0000133334;
const reports = (usedMb: number, memoryMb = 512, n = 20, name = 'a') =>
  Array.from({ length: n }, () => ({ name, billedMs: 30, memoryMb, usedMb }));
const advise = (...args: Parameters<typeof reports>) => rightMemory(reports(...args), usdPerGbSecond)[0];

test.each([
  [98, 512, 256, 'uses 19 %; 256 MB leave 161 % of room'],
  [197, 512, 384, 'leave 95 % of room'],
  [300, 512, 512, 'uses 59 %, which is right'],
  [394, 512, 768, 'with less than 30 % of room'],
  [512, 512, 768, 'uses 100 %'],
  [60, 128, 256, 'uses 47 %'],
])('%i of %i MB used: %i MB', (used, memory, suggested, why) => {
  const advice = advise(used, memory);
  expect(advice).toMatchObject({ suggestedMb: suggested });
  expect(advice?.why).toContain(why);
});

test('few invocations change nothing', () => {
  expect(advise(98, 512, 19)).toMatchObject({ suggestedMb: 512, why: '19 invocations say too little, 20 are needed' });
});

test('only invocations with the present size count, and the most that any of them used', () => {
  const [advice] = rightMemory([...reports(900, 1024), ...reports(98), ...reports(150, 512, 1)], usdPerGbSecond);
  expect(advice).toMatchObject({ invocations: 21, memoryMb: 512, usedMb: 150, suggestedMb: 256 });
});

test('a million invocations of 30 ms at 512 MB cost 20 cents; at half of it half or the same, as it waits or computes', () => {
  const { costs = [] } = advise(98) ?? {};
  expect(costs.find(({ mb }) => mb === 512)?.waiting).toBeCloseTo(0.2);
  const half = costs.find(({ mb }) => mb === 256);
  expect([half?.waiting, half?.computing].map((usd) => usd?.toFixed(2))).toEqual(['0.10', '0.20']);
  expect(costs.every(({ mb }) => mb >= 98)).toBe(true);
});

test('the function that can save most comes first', () => {
  const all = [...reports(300, 512, 20, 'right'), ...reports(98, 512, 20, 'large'), ...reports(98, 1024, 20, 'largest')];
  expect(rightMemory(all, usdPerGbSecond).map(({ name }) => name)).toEqual(['largest', 'large', 'right']);
});
