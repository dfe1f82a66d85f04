import pg from 'pg';
import { within } from '#local/services/processes.ts';
import type { TestDatabase } from './database.ts';

/** Holds back whoever changes a row of a table, in the middle of the statement. */
export interface Barrier {
  /** Waits until somebody stands before it. */
  reached(): Promise<void>;
  /** Lets through who stands there, and everybody after. */
  lift(): Promise<void>;
}

let key = 7_000_000;

/** @param where a condition on the row (`new` or `old`): others pass */
export async function barrier(
  { adminUrl }: Pick<TestDatabase, 'adminUrl'>,
  table: string,
  when: 'insert' | 'update' | 'delete',
  where = 'true',
): Promise<Barrier> {
  const lock = ++key;
  const holder = new pg.Client({ connectionString: adminUrl });
  holder.on('error', () => undefined); // it may go with its database
  await holder.connect();
  await holder.query('select pg_advisory_lock($1)', [lock]);
  await holder.query(`
    create function barrier_${lock}() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_lock_shared(${lock});
      perform pg_advisory_unlock_shared(${lock});
      return case tg_op when 'DELETE' then old else new end;
    end $$;
    create trigger barrier_${lock} before ${when} on ${table} for each row when (${where}) execute function barrier_${lock}()`);
  const waiting = async () => {
    const { rows } = await holder.query('select from pg_locks where locktype = $1 and objid = $2 and not granted', ['advisory', lock]);
    return rows.length > 0;
  };
  return {
    async reached() {
      if (!(await within(20_000, waiting))) throw new Error(`Nobody came to the barrier before ${when} on ${table}`);
    },
    async lift() {
      await holder.query('select pg_advisory_unlock($1)', [lock]);
      await holder.query(`drop trigger barrier_${lock} on ${table}; drop function barrier_${lock}()`);
      await holder.end();
    },
  };
}
