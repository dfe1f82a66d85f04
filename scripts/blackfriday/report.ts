import { table } from '../docs/generated-part.ts';
import type { Outcome } from './run.ts';
import { courseTable, failedIn, faultsTable } from './table.ts';

/** A Black Friday in Markdown. @param facts of the machine */
export function reportOf({ record, left, healthyAfterMs, redriven }: Outcome, facts: string): string {
  const { seconds, seed, speed, requestsPerMinute } = record;
  const sent = seconds.reduce((all, each) => all + each.sent, 0);
  const counts = [
    ['Requests', String(sent)],
    ['of these failed', String(failedIn(seconds))],
    ['Orders', String(left.orders)],
    ['of these paid', String(left.paid)],
    ['Movements of stock', String(left.movements)],
    ['Events', String(left.events)],
    ['Mails', String(left.mails)],
    ['Dead letters sent to their consumers again', String(redriven)],
    ['Healthy and selling after the end', `${(healthyAfterMs / 1_000).toFixed(1)} s`],
  ];
  return [
    `Seed ${seed}, speed ${speed.toFixed(2)}, ${requestsPerMinute} requests a minute before the course multiplies them. ${facts}.`,
    courseTable(record),
    faultsTable(record),
    table(['What', 'Count'], counts),
  ].join('\n\n');
}
