import { expect, test } from 'vitest';
import { generatedPages } from '../../scripts/build-docs.ts';
import { operations } from '../../scripts/openapi/operations.ts';
import { read } from './support/sources.ts';

test.each(Object.entries(generatedPages))('%s is what the code says now (npm run docs writes it)', (file, make) => {
  const text = read(file);
  expect(make(text)).toBe(text);
});

test("each route's curl command asks for something that its query allows", () => {
  const page = read('docs/routes.md');
  const refused = operations
    .map(({ route }) => route)
    .filter(({ method, path, query }) => {
      const [, command = ''] = page.split(`### \`${method} ${path}\`\n`);
      const [, search = ''] = /"\$BASE[^"?]*\??([^"]*)"/.exec(command) ?? [];
      return query && !query.safeParse(Object.fromEntries(new URLSearchParams(search))).success;
    })
    .map(({ method, path }) => `${method} ${path}`);
  expect(refused).toEqual([]);
});

test('each parameter that a stage may set is described by itself, with no other row beside it', () => {
  const [, settable = ''] = read('docs/configuration.md').split('## Parameters that a stage’s file may set');
  const rows = (settable.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  // Values have escaped bars in them.
  const described = rows
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map(([, name, , , what = '']) => ({ name, what }));
  expect(described.length).toBeGreaterThan(60);
  expect(described.filter(({ what }) => what === '' || /^(The same|As in) /.test(what)).map(({ name }) => name)).toEqual([]);
});
