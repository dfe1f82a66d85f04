import type { FaultName } from '#platform/faults/fault-names.ts';
import type { Control } from './control.pg.ts';
import type { Heal } from './heal.ts';
import { findEndedFaults } from './runs.pg.ts';

/** The faults that leave something behind which does not pass by itself. Each healer is loaded when it is needed. */
export const healers: Partial<Record<FaultName, () => Promise<{ heal: Heal }>>> = {
  'mail-failing': () => import('./heal-mails.ts'),
};

/** For so long after a fault's end its healer looks again: a message whose last try failed then is hidden for three minutes before it is a dead letter. */
const healForMs = 15 * 60_000;

/** Puts right what faults left behind that ended lately. What fails is tried again at the next start. @returns how much was put right */
export async function healEnded(control: Control, { signal, now }: { signal: AbortSignal; now: Date }): Promise<number> {
  let healed = 0;
  if (signal.aborted) return healed;
  for (const name of await findEndedFaults(control.sql, { now, since: new Date(now.getTime() - healForMs) })) {
    const healer = await healers[name]?.();
    if (healer !== undefined) healed += await healer.heal(control, signal);
  }
  return healed;
}
