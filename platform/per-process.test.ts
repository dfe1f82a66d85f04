import { expect, it } from 'vitest';
import { perProcess } from './per-process.ts';

it('a thing is made once, also when its making takes a while', async () => {
  let made = 0;
  const make = async () => ++made;
  expect(await Promise.all([perProcess('test-once', make), perProcess('test-once', make)])).toEqual([1, 1]);
  expect(await perProcess('test-once', make)).toBe(1);
});

it('a making that fails is not remembered: all who wait for it are told, and the next use tries again', async () => {
  let tries = 0;
  const make = async () => {
    tries++;
    if (tries === 1) throw new Error('not now');
    return 'made';
  };
  const both = await Promise.allSettled([perProcess('test-failing', make), perProcess('test-failing', make)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(tries).toBe(1);
  expect(await perProcess('test-failing', make)).toBe('made');
});
