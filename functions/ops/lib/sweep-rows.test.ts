import { expect, it } from 'vitest';
import type { Sql } from '#platform/db/sql.ts';
import { retention } from './retention.ts';
import { sweepRows } from './sweep-rows.ts';

const now = new Date('2026-11-25T12:00:00.000Z');
const kinds = Object.values(retention);

/** Stands for a database in which nothing ever gets less; notes whose rows each statement deletes. */
function endless(controller: AbortController, most: number): { sql: Sql; swept: string[] } {
  const swept: string[] = [];
  const sql = async (text: string) => {
    swept.push(/delete from (\w+)/.exec(text)?.[1] ?? '');
    if (swept.length === most) controller.abort();
    return [{ deleted: 10 }];
  };
  return { sql: sql as Sql, swept };
}

it('old rows of all kinds are deleted in turns, and none once time is up', async () => {
  const controller = new AbortController();
  const { sql, swept } = endless(controller, 2 * kinds.length + 3);
  const deleted = await sweepRows(sql, { now, signal: controller.signal, batch: 10 });
  const turn = kinds.map(({ table }) => table);
  expect(swept).toEqual([...turn, ...turn, ...turn.slice(0, 3)]);
  expect(Object.values(deleted)).toEqual(kinds.map((_, i) => (i < 3 ? 30 : 20)));
});

it('nothing is deleted when time is up before it began', async () => {
  const { sql, swept } = endless(new AbortController(), 1);
  await sweepRows(sql, { now, signal: AbortSignal.abort() });
  expect(swept).toEqual([]);
});
