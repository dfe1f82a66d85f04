import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mayBecome, orderStates } from '#functions/orders/lib/order-states.ts';
import { productionSources, read, repositoryFiles, root } from './support/sources.ts';
import { tableRows } from './support/tables.ts';

/** Types that are put together at run time, by how they are written, and what can come of it. */
const templates: Record<string, string[]> = {
  'order.${to}.v1': orderStates.filter((to) => orderStates.some((from) => mayBecome(from, to))).map((to) => `order.${to}.v1`),
};

/** Where each event type is written down in code; comments are no code. */
const emitted = productionSources().flatMap((file) => {
  const code = read(file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const types = [...code.matchAll(/(['`])([a-z-]+\.[a-z${}-]+\.v\d+)\1/g)].map(([, , type]) => type as string);
  return types.flatMap((type) => (templates[type] ?? [type]).map((each) => ({ type: each, file })));
});

const listed = tableRows(read('docs/events.md')).map(([type = '', when = '', data = '', schema = '', file = '']) => ({
  type,
  when,
  data,
  schema,
  file,
}));

test('docs/events.md lists every event with who emits it, and no other', () => {
  expect(emitted.length).toBeGreaterThan(8);
  const line = ({ type, file }: { type: string; file: string }) => `${type} by ${file}`;
  expect(listed.map(line).sort()).toEqual([...new Set(emitted.map(line))].sort());
  expect(listed.filter(({ when }) => when.length < 10)).toEqual([]);
});

test("an event's data has the fields of its schema, which a contract declares", async () => {
  const contracts = repositoryFiles().filter((file) => /^functions\/[^/]+\/lib\/contract\.ts$/.test(file));
  const modules = await Promise.all(contracts.map((file) => import(join(root, file)) as Promise<Record<string, { shape?: object }>>));
  const schemas: Record<string, { shape?: object }> = Object.assign({}, ...modules);
  const faults = listed.flatMap(({ type, data, schema }) => {
    const fields = Object.keys(schemas[schema]?.shape ?? {}).join(', ');
    if (fields === '') return [`${type}: no contract exports a schema ${schema}`];
    return fields === data ? [] : [`${type}: ${schema} has ${fields}; docs/events.md says ${data}`];
  });
  expect(faults).toEqual([]);
});

test('every event schema of a contract is the data of an event', () => {
  const declared = repositoryFiles()
    .filter((file) => /^functions\/[^/]+\/lib\/contract\.ts$/.test(file))
    .flatMap((file) => [...read(file).matchAll(/^export const (\w+Event) =/gm)].map(([, name]) => name as string))
    .filter((name) => name !== 'WebhookEvent'); // what a payment provider sends us
  expect([...new Set(listed.map(({ schema }) => schema))].sort()).toEqual(declared.sort());
});
