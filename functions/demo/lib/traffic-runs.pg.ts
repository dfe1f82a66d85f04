import type { Sql } from '#platform/db/sql.ts';
import type { Figures } from './traffic/figures.ts';
import { latestSeconds, type TrafficRun } from './traffic-run.ts';

interface RunRow {
  id: string;
  seed: number;
  requests_per_minute: number;
  seconds: number;
  started_at: string;
  claimed_seconds: number;
  missed_seconds: number;
  stopped_at: string | null;
  ended_at: string | null;
  restocked_at: string | null;
}

const columns = 'id, seed, requests_per_minute, seconds, started_at, claimed_seconds, missed_seconds, stopped_at, ended_at, restocked_at';

const runOf = (row: RunRow): TrafficRun => ({
  id: row.id,
  seed: row.seed,
  requestsPerMinute: row.requests_per_minute,
  seconds: row.seconds,
  startedAt: Date.parse(row.started_at),
  claimedSeconds: row.claimed_seconds,
  missedSeconds: row.missed_seconds,
  stopped: row.stopped_at !== null,
  endedAt: row.ended_at,
  restockedAt: row.restocked_at,
});

export async function selectTraffic(sql: Sql, id: string): Promise<TrafficRun | undefined> {
  const [row] = await sql<RunRow>(`select ${columns} from traffic_runs where id = $1`, [id]);
  return row && runOf(row);
}

/** The run that has not ended; there is one at most. */
export async function selectTrafficOn(sql: Sql): Promise<TrafficRun | undefined> {
  const [row] = await sql<RunRow>(`select ${columns} from traffic_runs where ended_at is null`);
  return row && runOf(row);
}

/** Runs that ended and sold what is not back yet. */
export async function selectTrafficToRestock(sql: Sql): Promise<TrafficRun[]> {
  const rows = await sql<RunRow>(
    `select ${columns} from traffic_runs where ended_at is not null and restocked_at is null order by ended_at`,
  );
  return rows.map(runOf);
}

/** @returns false when another run is on */
export async function insertTraffic(
  sql: Sql,
  run: Pick<TrafficRun, 'id' | 'seed' | 'requestsPerMinute' | 'seconds'>,
  { startedBy, now }: { startedBy: string; now: Date },
): Promise<boolean> {
  const inserted = await sql(
    `insert into traffic_runs (id, seed, requests_per_minute, seconds, started_by, started_at) values ($1, $2, $3, $4, $5, $6)
     on conflict ((true)) where ended_at is null do nothing returning id`,
    [run.id, run.seed, run.requestsPerMinute, run.seconds, startedBy, now],
  );
  return inserted.length === 1;
}

/** Nobody comes any more. @returns false when it was stopped or ended before */
export async function stopTraffic(sql: Sql, id: string, now: Date): Promise<boolean> {
  return (
    (await sql('update traffic_runs set stopped_at = $2 where id = $1 and stopped_at is null and ended_at is null returning id', [id, now]))
      .length === 1
  );
}

/** A sender that was not seen for so long is gone: its process died, or lost the database. */
const silenceSeconds = 10;
const isAlive = `s.ended_at is null and s.beat_at > $1::timestamptz - interval '${silenceSeconds} seconds'`;

/** Ends the run that is over, because it was stopped, or because all were sent or nobody is late enough any more to be, once the last of its shoppers are gone. */
export async function endTrafficThatIsOver(sql: Sql, now: Date): Promise<void> {
  await sql(
    `update traffic_runs r set ended_at = $1, missed_seconds = case when r.stopped_at is null then r.missed_seconds + r.seconds - r.claimed_seconds else r.missed_seconds end
      where r.ended_at is null
        and (r.stopped_at is not null or r.claimed_seconds = r.seconds or r.started_at + (r.seconds + $2) * interval '1 second' <= $1::timestamptz)
        and not exists (select from traffic_senders s where s.run_id = r.id and ${isAlive})`,
    [now, latestSeconds],
  );
}

export async function noteRestocked(sql: Sql, id: string, now: Date): Promise<void> {
  await sql('update traffic_runs set restocked_at = $2 where id = $1', [id, now]);
}

/**
 * Takes part in sending a run, unless somebody does who goes on for a while.
 * @param overlapSeconds so long before a sender leaves off another one comes along
 * @returns whether it takes part
 */
export async function joinTraffic(
  sql: Sql,
  sender: { id: string; runId: string; claimsUntil: Date; figures: Figures },
  { overlapSeconds, now }: { overlapSeconds: number; now: Date },
): Promise<boolean> {
  const joined = await sql(
    `insert into traffic_senders (id, run_id, claims_until, beat_at, figures)
     select $2, $3, $4, $1::timestamptz, $5
      where not exists (select from traffic_senders s where s.run_id = $3 and ${isAlive} and s.claims_until > $1::timestamptz + $6 * interval '1 second')
     returning id`,
    [now, sender.id, sender.runId, sender.claimsUntil, sender.figures, overlapSeconds],
  );
  return joined.length === 1;
}

/** Notes that a sender is alive and how far it has come. */
export async function writeFigures(sql: Sql, id: string, figures: Figures, now: Date): Promise<void> {
  await sql('update traffic_senders set figures = $2, beat_at = $3 where id = $1', [id, figures, now]);
}

/** A sender's last figures: the last of its shoppers are gone. */
export async function endSender(sql: Sql, id: string, figures: Figures, now: Date): Promise<void> {
  await sql('update traffic_senders set figures = $2, beat_at = $3, ended_at = $3 where id = $1', [id, figures, now]);
}

/**
 * Claims seconds of a run: from here on they are this sender's and nobody else's, whatever becomes of it.
 * @param seconds `claimed` as they were read: when somebody else has claimed since, this claims nothing
 * @returns whether they are this sender's
 */
export async function claimSeconds(
  sql: Sql,
  id: string,
  { claimed, from, to }: { claimed: number; from: number; to: number },
): Promise<boolean> {
  const mine = await sql(
    `update traffic_runs set claimed_seconds = $4, missed_seconds = missed_seconds + $3 - $2
      where id = $1 and claimed_seconds = $2 and stopped_at is null and ended_at is null returning id`,
    [id, claimed, from, to],
  );
  return mine.length === 1;
}

/** Figures of all who send or sent a run, and how many of them were gone before their shoppers were. */
export async function selectFigures(sql: Sql, runId: string, now: Date): Promise<{ parts: Figures[]; interrupted: number }> {
  const rows = await sql<{ figures: Figures; interrupted: boolean }>(
    `select s.figures, s.ended_at is null and not (${isAlive}) as interrupted from traffic_senders s where s.run_id = $2`,
    [now, runId],
  );
  return { parts: rows.map(({ figures }) => figures), interrupted: rows.filter(({ interrupted }) => interrupted).length };
}
