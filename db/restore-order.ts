import { readFileSync } from 'node:fs';
import { type RestoreOrder, restoreFault } from '#functions/ops/lib/restore-order.ts';
import { toldEvents } from './told-events.ts';

/** What is typed of a restore. */
export interface RestoreWords {
  to?: string | undefined;
  told?: string | undefined;
  hours?: string | undefined;
}

/** Reads `--to`, `--told` (a file; - is standard input) and `--hours`. @throws Error in a sentence for who typed it */
export function readRestoreOrder({ to: typed = '', told: file, hours: text = '1' }: RestoreWords, now: Date): RestoreOrder & { to: Date } {
  const to = new Date(typed);
  if (Number.isNaN(to.getTime()) || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(typed))
    throw new Error('--to needs an instant with its zone, such as 2026-11-20T21:15:00Z.');
  const hours = Number(text);
  const fault = restoreFault({ to, hours }, now);
  if (fault) throw new Error(`--to ${typed}, --hours ${text}: ${fault}`);
  return { to, told: file === undefined ? [] : toldEvents(readFileSync(file === '-' ? 0 : file, 'utf8')), hours };
}
