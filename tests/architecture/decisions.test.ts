import { describe, expect, test } from 'vitest';
import { read, repositoryFiles } from './support/sources.ts';

const files = repositoryFiles();
const decisions = files.filter((file) => file.startsWith('docs/adr/'));

describe('the decisions in docs/adr', () => {
  test('have a number of their own each, in name and title', () => {
    const numbers = decisions.map((file) => Number(/^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]));
    expect(numbers.filter((number) => !(number > 0))).toEqual([]);
    expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toEqual([]);
    const untitled = decisions.filter((file, i) => !read(file).startsWith(`# ${numbers[i]}. `));
    expect(untitled).toEqual([]);
  });

  test('are there wherever code or template names one', () => {
    const named = files
      .filter((file) => /\.(ts|tsx|sql|yaml)$/.test(file))
      .flatMap((file) => [...read(file).matchAll(/docs\/adr\/(\d{4}[a-z0-9-]*)/g)].map(([, name = '']) => ({ file, name })));
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter(({ name }) => !decisions.some((file) => file.startsWith(`docs/adr/${name}`)))).toEqual([]);
  });
});
