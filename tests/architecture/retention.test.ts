import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { retention } from '#functions/ops/lib/retention.ts';
import { tableRows } from './support/tables.ts';

test('docs/retention.md says how long rows are kept, as the code goes by', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/retention.md'), 'utf8');
  expect(tableRows(page)).toEqual(Object.values(retention).map(({ table, days, since }) => [table, String(days), since]));
});
