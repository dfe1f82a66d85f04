import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import type { FaultName } from '#platform/faults/fault-names.ts';
import { newId } from '#platform/ids.ts';
import type { Mode } from './contract.ts';
import type { Run } from './run.ts';

/** Until the end of the transaction nobody else changes what is on. A statement of its own, so that the next one sees what another has written. */
export async function lockRuns(sql: TransactionSql): Promise<void> {
  await sql(`select pg_advisory_xact_lock(hashtextextended('kelvo demo-mode', 0))`);
}

interface RunRow {
  id: string;
  mode: Mode;
  seed: number;
  speed: number;
  started_at: string;
  ends_at: string;
  faults: { name: FaultName; strength: number; startsAt: number; endsAt: number }[];
}

/** The run that is on, by the clock too; undefined when there is none. */
export async function findRun(sql: Sql, now: Date): Promise<Run | undefined> {
  const [row] = await sql<RunRow>(
    `select r.id, r.mode, r.seed, r.speed, r.started_at, r.ends_at,
            coalesce((select jsonb_agg(jsonb_build_object('name', f.name, 'strength', f.strength,
                               'startsAt', extract(epoch from f.starts_at) * 1000, 'endsAt', extract(epoch from f.ends_at) * 1000)
                             order by f.starts_at, f.name)
                        from demo_faults f where f.run_id = r.id), '[]') as faults
       from demo_runs r
      where r.ended_at is null and r.ends_at > $1`,
    [now],
  );
  if (row === undefined) return undefined;
  const { started_at, ends_at, ...rest } = row;
  return { ...rest, startedAt: Date.parse(started_at), endsAt: Date.parse(ends_at) };
}

/** Ends what is on, and notes what ended by itself before. */
export async function endRuns(sql: TransactionSql, now: Date): Promise<void> {
  await sql('update demo_runs set ended_at = least(ends_at, $1) where ended_at is null', [now]);
}

/** Writes a run with all of its faults. The one before has to be ended. */
export async function insertRun(sql: TransactionSql, run: Run, startedBy: string | null): Promise<void> {
  const instant = (ms: number) => new Date(ms);
  await sql('insert into demo_runs (id, mode, seed, speed, started_by, started_at, ends_at) values ($1, $2, $3, $4, $5, $6, $7)', [
    run.id,
    run.mode,
    run.seed,
    run.speed,
    startedBy,
    instant(run.startedAt),
    instant(run.endsAt),
  ]);
  await sql(
    `insert into demo_faults (id, run_id, name, strength, starts_at, ends_at)
     select f.id, $1, f.name, f.strength, f.starts_at, f.ends_at
       from unnest($2::uuid[], $3::text[], $4::float8[], $5::timestamptz[], $6::timestamptz[]) as f (id, name, strength, starts_at, ends_at)`,
    [
      run.id,
      run.faults.map(() => newId()),
      run.faults.map(({ name }) => name),
      run.faults.map(({ strength }) => strength),
      run.faults.map(({ startsAt }) => instant(startsAt)),
      run.faults.map(({ endsAt }) => instant(endsAt)),
    ],
  );
}

/** Ends the sessions that faults hold, whoever's they are. */
export async function endFaultSessions(sql: Sql): Promise<number> {
  const [row] = await sql<{ ended: number }>('select control.end_fault_sessions() as ended');
  return row?.ended ?? 0;
}

/** Whether this session is the one that acts now; it is until it lets go or ends. */
export async function claimActing(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ mine: boolean }>(`select pg_try_advisory_lock(hashtextextended('kelvo demo-faults', 0)) as mine`);
  return row?.mine === true;
}

/** Lets another session act. */
export async function releaseActing(sql: Sql): Promise<void> {
  await sql(`select pg_advisory_unlock(hashtextextended('kelvo demo-faults', 0))`);
}

/** Whether the database has had no run yet. */
export async function isUntouched(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ untouched: boolean }>('select not exists (select from demo_runs) as untouched');
  return row?.untouched === true;
}

/** The faults that ended since an instant, each once, and are not on now. */
export async function findEndedFaults(sql: Sql, { now, since }: { now: Date; since: Date }): Promise<FaultName[]> {
  const rows = await sql<{ name: FaultName }>(
    `select f.name
       from demo_faults f join demo_runs r on r.id = f.run_id, least(f.ends_at, r.ended_at) as ended
      where f.starts_at <= least(ended, $1) and f.ends_at > $2
      group by f.name having max(ended) between $2 and $1`,
    [now, since],
  );
  return rows.map(({ name }) => name);
}
