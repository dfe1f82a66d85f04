import { expect, it } from 'vitest';
import { growth, type Sighting } from './growth.ts';

const mb = 1024 * 1024;
const run = (at: (n: number) => Partial<Sighting>): Sighting[] =>
  Array.from({ length: 40 }, (_, n) => ({ at: n, memoryBytes: 200 * mb, connections: 10, waiting: 0, ...at(n) }));
const growing = (sightings: Sighting[]) =>
  growth(sightings)
    .filter(({ grows }) => grows)
    .map(({ what }) => what);

it('What rises to the end grows: memory, connections, queues', () => {
  expect(growing(run((n) => ({ memoryBytes: (200 + 3 * n) * mb })))).toEqual(['memoryBytes']);
  expect(growing(run((n) => ({ connections: 10 + Math.floor(n / 4) })))).toEqual(['connections']);
  expect(growing(run((n) => ({ waiting: 5 * n })))).toEqual(['waiting']);
});

it('A rise at the start, a saw tooth of the garbage collector and one peak are no growth', () => {
  expect(growing(run((n) => ({ memoryBytes: Math.min(100 + 20 * n, 260) * mb })))).toEqual([]);
  expect(growing(run((n) => ({ memoryBytes: (200 + 10 * (n % 7)) * mb })))).toEqual([]);
  expect(growing(run((n) => ({ waiting: n === 38 ? 5_000 : 3 })))).toEqual([]);
});

it('Too few looks tell nothing', () => {
  expect(() => growth(run(() => ({})).slice(0, 11))).toThrow(/too few/);
});
