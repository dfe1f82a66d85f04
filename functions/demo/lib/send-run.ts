import { setTimeout } from 'node:timers/promises';
import { newId } from '#platform/ids.ts';
import { log } from '#platform/telemetry/log.ts';
import { type Control, withControl } from './control.pg.ts';
import { type Course, courseOf, loadAt } from './course.ts';
import { findRun } from './runs.pg.ts';
import { type Figures, noFigures } from './traffic/figures.ts';
import { senderOf } from './traffic/send-traffic.ts';
import { nextWindow, type TrafficRun, tagOf } from './traffic-run.ts';
import { claimSeconds, endSender, joinTraffic, selectTraffic, writeFigures } from './traffic-runs.pg.ts';

/** A sender claims for so long and then leaves the run to the next one: its last shoppers need two minutes, and a function has fifteen. */
const claimsMs = 750_000;
/** The next one comes by a schedule of a minute. */
const overlapSeconds = 70;

export interface Sending {
  /** Of the shop that this is. */
  origin: string;
  now: () => Date;
  /** Aborts shortly before the function's time-out. */
  signal: AbortSignal;
  /** For tests: how often it looks how things are, and how long people think. */
  lookMs?: number;
  thinking?: number;
}

/**
 * Sends a run's shoppers, five seconds of them at a time, each claimed before: whoever else sends gets other seconds. Ends when none are left, when the run
 * is stopped, or when its time is up, and its last shoppers are gone.
 * @returns how many came
 */
export async function sendRun(run: TrafficRun, { origin, now, signal, lookMs = 1_000, thinking = 1 }: Sending): Promise<number> {
  const id = newId();
  const figures = noFigures();
  const claimsUntil = new Date(now().getTime() + claimsMs);
  const joined = await withControl(({ sql }) =>
    joinTraffic(sql, { id, runId: run.id, claimsUntil, figures }, { overlapSeconds, now: now() }),
  );
  if (!joined) return 0;

  const stop = new AbortController();
  const stopping = AbortSignal.any([stop.signal, signal]);
  let course: Course | undefined;
  const loadIn = (second: number) => (course ? loadAt(course, run.startedAt + second * 1_000) : 1);
  const sender = senderOf({ ...run, origin, tag: tagOf(run) }, { figures, signal: stopping, loadIn, thinking });
  let coming = 0;
  const send = (from: number, to: number) => {
    coming += 1;
    sender.send(from, to).finally(() => {
      coming -= 1;
    });
  };

  /** Notes how things stand, and claims what is next. @returns whether there may be more to claim */
  const look = async ({ sql }: Control): Promise<boolean> => {
    await writeFigures(sql, id, figures, now());
    const mode = await findRun(sql, now());
    course = mode?.mode === 'blackfriday' ? courseOf(mode) : undefined;
    const present = await selectTraffic(sql, run.id);
    if (present === undefined || present.stopped || present.endedAt !== null) stop.abort();
    if (present === undefined || stopping.aborted || now() >= claimsUntil || present.claimedSeconds >= present.seconds) return false;
    const next = nextWindow(present, now().getTime());
    if (next && (await claimSeconds(sql, run.id, next))) send(next.from, next.to);
    return true;
  };

  for (let claims = true; claims || coming > 0 || sender.isBusy(); ) {
    claims = await withControl(look).catch((error) => {
      log('warn', 'traffic goes on without its figures', { reason: error instanceof Error ? error.message : String(error) });
      return claims && !stopping.aborted && now() < claimsUntil;
    });
    const pause = setTimeout(lookMs, undefined, { signal: stopping }).catch(() => undefined);
    await (claims || coming > 0 ? pause : Promise.race([pause, sender.gone()]));
  }
  await noteEnd(id, figures, now);
  return figures.arrived;
}

/** A sender that could not say that it ended would be taken for one that died. */
async function noteEnd(id: string, figures: Figures, now: () => Date): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await withControl(({ sql }) => endSender(sql, id, figures, now()));
      return;
    } catch (error) {
      if (tries === 3) throw error;
      await setTimeout(1_000);
    }
  }
}
