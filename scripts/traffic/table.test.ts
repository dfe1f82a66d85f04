import { expect, test } from 'vitest';
import { noFigures, noteAnswer } from '#functions/demo/lib/traffic/figures.ts';
import { lineOf, tableOf } from './table.ts';

test('a run stands on one line, and its end is a table of routes and of failures', () => {
  const figures = { ...noFigures(), arrived: 3, sent: 4 };
  for (const ms of [10, 10, 1_000]) noteAnswer(figures, 'GET /api/products', ms, undefined);
  noteAnswer(figures, 'POST /api/orders', 50, 'out-of-stock');
  expect(lineOf(figures, { second: 2, seconds: 60 })).toBe('2 of 60 s  3 shoppers  4 requests  3 ok  1 failed');
  expect(lineOf({ ...figures, dropped: 2 }, { second: 2, seconds: 60 })).toMatch(/2 shoppers dropped$/);
  const [head, first, second, , , failure] = tableOf(figures).split('\n');
  expect(head).toMatch(/^route +requests +p50 +p95 +p99$/);
  expect(first).toMatch(/^GET \/api\/products +3 +\d+(\.\d)? +\d+(\.\d)? +\d+(\.\d)?$/);
  expect(second).toMatch(/^POST \/api\/orders +1 /);
  expect(failure).toMatch(/^out-of-stock +1$/);
  expect(tableOf(noFigures())).toMatch(/Nothing failed\.$/);
});
