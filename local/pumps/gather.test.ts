import { describe, expect, it } from 'vitest';
import { gather } from './gather.ts';

describe('gathered work', () => {
  /** Work that waits until the test ends it. */
  function held() {
    const runs: { items: readonly string[]; end(error?: Error): void }[] = [];
    const work = (items: readonly string[]) =>
      new Promise<void>((resolve, reject) => runs.push({ items, end: (error) => (error ? reject(error) : resolve()) }));
    return { runs, ask: gather(work) };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('is one for all who ask while another is under way, in their order', async () => {
    const { runs, ask } = held();
    const asked = [ask(['a'])];
    await turn();
    asked.push(ask(['b', 'c']), ask(['d']));
    await turn();
    expect(runs.map(({ items }) => items)).toEqual([['a']]);
    runs[0]?.end();
    await turn();
    expect(runs.map(({ items }) => items)).toEqual([['a'], ['b', 'c', 'd']]);
    runs[1]?.end();
    await Promise.all(asked);
  });

  it('fails for those whose items it had, and for no others', async () => {
    const { runs, ask } = held();
    const first = ask(['a']);
    await turn();
    const [second, third] = [ask(['b']), ask(['c'])];
    runs[0]?.end(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await turn();
    runs[1]?.end();
    await Promise.all([second, third]);
    const fourth = ask(['d']);
    await turn();
    runs[2]?.end();
    await fourth;
    expect(runs.map(({ items }) => items)).toEqual([['a'], ['b', 'c'], ['d']]);
  });
});
