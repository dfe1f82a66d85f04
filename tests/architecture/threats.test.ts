/** SECURITY.md names who can do what, and the tests that prove what stops them: those are there. Workflows run no code that somebody else can change. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/function-files.ts';

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const rows = read('SECURITY.md')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const threats = rows.filter((cells) => cells.length === 6 && cells[4] !== 'Proven by');

test('each threat has what stops it and what proves that', () => {
  expect(threats.length).toBeGreaterThan(20);
  expect(threats.filter(([, , what = '', stops = '', proof = '']) => what === '' || stops === '' || !proof.includes('`'))).toEqual([]);
});

test('each test that is named is in its file', () => {
  const named = threats.flatMap(([, , , , proof = '']) =>
    [...proof.matchAll(/`([\w./-]+\.test\.ts)`: "([^"]+)"/g)].map(([, file = '', name = '']) => ({ file, name })),
  );
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(({ file, name }) => {
    const source = globSync(file, { cwd: root }).map(read).join('');
    return !titlesIn(source).some((title) => title.includes(name));
  });
  expect(missing).toEqual([]);
});

/** What `it(…)` and `test(…)` are called in a file, whatever the quotes. */
const titlesIn = (source: string): string[] =>
  [...source.matchAll(/\b(?:it|test)(?:\.\w+)*(?:\([^\n]*?\)|\(\s[\s\S]*?\n\s*\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)].map(
    ([, , title = '']) => title,
  );

test('every action of a workflow is pinned by its hash, with the version that it is of', () => {
  const used = globSync('.github/workflows/*.yml', { cwd: root }).flatMap((file) =>
    [...read(file).matchAll(/uses: *(\S+)(.*)/g)].map(([, action = '', comment = '']) => ({ file, action, comment: comment.trim() })),
  );
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter(({ action, comment }) => !/^[\w./-]+@[0-9a-f]{40}$/.test(action) || !/^# v\d+\.\d+\.\d+$/.test(comment))).toEqual([]);
});

test('every workflow begins with no rights, and each of its jobs names its own', () => {
  const workflows = globSync('.github/workflows/*.yml', { cwd: root }).map((file) => ({ file, text: read(file) }));
  expect(workflows.filter(({ text }) => !/^permissions: \{\}$/m.test(text)).map(({ file }) => file)).toEqual([]);
  const without = workflows.flatMap(({ file, text }) => {
    const jobs = text
      .slice(text.indexOf('\njobs:'))
      .split(/\n {2}(?=[\w-]+:\n)/)
      .slice(1);
    return jobs.filter((job) => !/^ {4}permissions:/m.test(job)).map((job) => `${file}: ${job.split(':')[0]}`);
  });
  expect(without).toEqual([]);
});
