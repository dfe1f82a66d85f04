import { describe, expect, test } from 'vitest';
import { read, repositoryFiles } from './support/sources.ts';

const files = repositoryFiles();
const decisions = files.filter((file) => file.startsWith('docs/adr/'));

describe('the decisions in docs/adr', () => {
  test('have numbers of their own without gaps, in name and title', () => {
    const numbers = decisions.map((file) => Number(/^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(decisions.map((_, i) => i + 1));
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
