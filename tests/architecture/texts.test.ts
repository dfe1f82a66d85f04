import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryFiles, root } from './support/sources.ts';

// Written in pieces, so that this file does not find itself.
const unwanted: Record<string, RegExp> = {
  'a path of somebody’s machine': new RegExp(`(?<![\\w.$}/-])/(${['work', 'root', 'home', 'Users'].join('|')})/[\\w.-]+`),
  'the host of a package registry': new RegExp(
    ['registry\\.(npmjs|yarnpkg)', 'npm\\.pkg\\.', 'artifact' + 'ory', 'verd' + 'accio', 'pypi\\.'].join('|'),
    'i',
  ),
  'work that is left': new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`),
};

const texts = repositoryFiles()
  .map((file) => ({ file, bytes: readFileSync(join(root, file)) }))
  .filter(({ bytes }) => !bytes.subarray(0, 8_000).includes(0))
  .map(({ file, bytes }) => ({ file, lines: bytes.toString('utf8').split('\n') }));

test.each(Object.entries(unwanted))('no text has %s in it', (_, pattern) => {
  expect(texts.length).toBeGreaterThan(200);
  const found = texts.flatMap(({ file, lines }) =>
    lines.flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
  expect(found).toEqual([]);
});

test('every relative link of a document leads to a file', () => {
  const links = texts
    .filter(({ file }) => file.endsWith('.md'))
    .flatMap(({ file, lines }) =>
      [...lines.join('\n').matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(([, link]) => ({ file, to: join(dirname(file), link as string) })),
    );
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter(({ to }) => !existsSync(join(root, to)))).toEqual([]);
});
