import { expect, test } from 'vitest';
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import { statusOf } from '#platform/http/problem-document.ts';
import { kindOfCode } from '#platform/problem-codes.ts';
import { productionSources, read } from './support/sources.ts';
import { tableRows } from './support/tables.ts';

/** Every place that makes a problem: with its status and code as far as they are written there. */
interface Made {
  file: string;
  status: number | undefined;
  code: string | undefined;
}

const made: Made[] = productionSources()
  .filter((file) => file !== 'platform/errors.ts')
  .flatMap((file) => {
    const text = read(file);
    const found = (pattern: RegExp, statusFrom: (given: string) => number | undefined): Made[] =>
      [...text.matchAll(pattern)].map(([, given = '', code]) => ({ file, status: statusFrom(given), code }));
    return [
      ...found(/\bnew Problem\(\s*(?:'([^']+)',\s*'([^']+)')?/g, (kind) => (statusOf as Record<string, number>)[kind]),
      ...found(/(?<!function )\boutage\(\s*()(?:'([^']+)')?/g, () => statusOf.outage),
      ...found(/(?<!function )\bproblemDocument\(\s*(\d+),\s*'([^']+)'/g, Number),
    ];
  });

const listed = tableRows(read('docs/problems.md')).map(([code = '', status = '', meaning = '', advice = '']) => ({
  code,
  status,
  meaning,
  advice,
}));

test('each problem says in place what it is, so that this test can find it', () => {
  expect(made.length).toBeGreaterThan(40);
  expect(made.filter(({ status, code }) => status === undefined || code === undefined).map(({ file }) => file)).toEqual([]);
});

test('docs/problems.md lists every code with its status, and no other', () => {
  const thrown = [...new Set(made.map(({ status, code }) => `${code} ${status}`))].sort();
  expect(listed.map(({ code, status }) => `${code} ${status}`).sort()).toEqual(thrown);
});

test('platform/problem-codes.ts lists no code that nothing throws', () => {
  const codes = new Set(made.map(({ code }) => code));
  expect(Object.keys(kindOfCode).filter((code) => !codes.has(code))).toEqual([]);
});

test('docs/problems.md says of every code what it means and what to do', () => {
  expect(listed.filter(({ meaning, advice }) => meaning.length < 10 || advice.length < 5)).toEqual([]);
});

test('the codes that the contracts name exist', () => {
  const codes = new Set(made.map(({ code }) => code));
  const faults = allRoutes.flatMap(({ method, path, problems = [] }) =>
    problems.filter((code) => !codes.has(code)).map((code) => `${method} ${path} names ${code}, which nothing throws`),
  );
  expect(faults).toEqual([]);
});
