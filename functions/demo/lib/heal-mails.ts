import { redriveBecause } from '#functions/ops/lib/redrive-because.ts';
import { refusedByNobody } from '#platform/faults/nowhere.ts';
import type { Heal } from './heal.ts';

const limitMs = 10_000;

/** Sends the events back of which the mails failed on purpose until they were dead letters. What died of another cause stays where it is. */
export const heal: Heal = ({ sql }, signal) =>
  redriveBecause(sql, { queue: 'notify-people', reason: refusedByNobody }, { until: Date.now() + limitMs, signal });
