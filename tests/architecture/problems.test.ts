import { expect, test } from 'vitest';
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import { statusOf } from '#platform/http/problem-document.ts';
import { problems } from '#platform/problem-codes.ts';
import { productionSources, read } from './support/sources.ts';

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

test('each problem says in place what it is, so that this test can find it', () => {
  expect(made.length).toBeGreaterThan(40);
  expect(made.filter(({ status, code }) => status === undefined || code === undefined).map(({ file }) => file)).toEqual([]);
});

test('platform/problem-codes.ts lists no code that nothing throws, and each with the status that its throws have', () => {
  const thrown = new Set(made.map(({ status, code }) => `${code} ${status}`));
  const listed = Object.entries(problems).map(([code, { kind }]) => `${code} ${statusOf[kind]}`);
  expect(listed.filter((line) => !thrown.has(line))).toEqual([]);
});

test('every code says what it means and what to do', () => {
  expect(Object.entries(problems).filter(([, { meaning, advice }]) => meaning.length < 10 || advice.length < 5)).toEqual([]);
});

test('the codes that the contracts name exist', () => {
  const codes = new Set(made.map(({ code }) => code));
  const faults = allRoutes.flatMap(({ method, path, problems: named = [] }) =>
    named.filter((code) => !codes.has(code)).map((code) => `${method} ${path} names ${code}, which nothing throws`),
  );
  expect(faults).toEqual([]);
});
