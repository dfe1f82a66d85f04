// npm run blackfriday: three minutes of Black Friday on a fresh shop, drawn second by second, and whether everything agrees afterwards.
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { compared, stockUpAll } from '#tests/support/agreement.ts';
import { compareCourses } from './blackfriday/compare.ts';
import { plotOf } from './blackfriday/plot.ts';
import { reportOf } from './blackfriday/report.ts';
import { type Outcome, runBlackFriday } from './blackfriday/run.ts';
import { Failure, Misuse, runCommand } from './command-line.ts';
import { root } from './function-files.ts';
import { type OwnShop, shopRunningHere, startOwnShop } from './load/own-shop.ts';
import { machineFacts, machineLoad } from './load/report.ts';

const usage = `Usage: npm run blackfriday [-- --seconds N] [--seed N] [--requests-per-minute N] [--twice] [--here] [--out folder]

Switches a shop into Black Friday, sends shoppers, looks each second, and says afterwards whether the shop is healthy within 10 s, whether nothing accepted is
lost or doubled, and whether orders, payments, stock, events and mails agree.

  --seconds N               how long it lasts: 30 to 1200 (default 180)
  --seed N                  0 to 2147483647; the same seed is the same course (default: by chance)
  --requests-per-minute N   of traffic, before the course multiplies it: 60 to 6000 (default 900)
  --twice                   does it again with the same seed, on another fresh shop, and compares faults and journeys
  --here                    on the shop that runs from this clone (npm start), instead of a fresh one
  --out folder              for the picture, the tables and the figures (default .local/blackfriday)
  --help                    show this

Ends with 0; with 1 when something is not as promised; with 2 when it was asked in a wrong way.`;

interface Order {
  seconds: number;
  seed: number;
  requestsPerMinute: number;
  twice: boolean;
  here: boolean;
  out: string;
}

/** @throws Misuse; Node's own error for an unknown flag */
function readOrder(args: string[]): Order {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { seconds: text, seed: text, 'requests-per-minute': text, twice: flag, here: flag, out: text };
  const { values } = parseArgs({ args, options });
  if (values.twice && values.here) throw new Misuse('--twice compares two fresh shops: without --here.');
  return {
    seconds: whole('--seconds', values.seconds ?? '180', 30, 1_200),
    seed: whole('--seed', values.seed ?? String(randomInt(2 ** 31 - 1)), 0, 2 ** 31 - 1),
    requestsPerMinute: whole('--requests-per-minute', values['requests-per-minute'] ?? '900', 60, 6_000),
    twice: values.twice,
    here: values.here,
    out: values.out ?? join(root, '.local/blackfriday'),
  };
}

function whole(name: string, value: string, from: number, to: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= from && number <= to) return number;
  throw new Misuse(`${name} is a whole number from ${from} to ${to}, not "${value}".`);
}

async function once(order: Order, signal: AbortSignal): Promise<Outcome> {
  const shop: OwnShop = order.here ? shopRunningHere() : await startOwnShop({ signal });
  try {
    if (!order.here) await stockUpAll(shop.query);
    const { seed, seconds, requestsPerMinute } = order;
    return await runBlackFriday(shop, { seed, speed: 300 / seconds, requestsPerMinute, signal, say: console.log });
  } finally {
    await shop.stop();
  }
}

async function blackfriday(args: string[], signal: AbortSignal): Promise<void> {
  const order = readOrder(args);
  const facts = machineFacts(machineLoad());
  console.log(`${facts}\n`);
  const first = await once(order, signal);
  const wrong = [...first.wrong];
  const parts = [reportOf(first, facts)];
  if (order.twice) {
    console.log('\nOnce more, with the same seed:');
    const second = await once(order, signal);
    const { differences, journeys, same, parted } = compareCourses(first.course, second.course);
    wrong.push(...second.wrong.map((each) => `the second time: ${each}`), ...differences.map((each) => `not the same course: ${each}`));
    parts.push(
      `The same seed again: ${first.course.faults.length} faults and ${journeys} shoppers, ${differences.length === 0 ? 'all at the same times' : `${differences.length} differences`}. ${same} journeys are the same step by step; ${parted} part after an answer that was not the same in both runs.`,
    );
  }
  mkdirSync(order.out, { recursive: true });
  const file = (ending: string) => join(order.out, `blackfriday.${ending}`);
  writeFileSync(file('svg'), plotOf(first.record));
  writeFileSync(file('md'), `${parts.join('\n\n')}\n`);
  writeFileSync(file('json'), `${JSON.stringify(first, null, 2)}\n`);
  console.log(`\n${parts.join('\n\n')}\n\nWritten: ${relative(process.cwd(), order.out)}/blackfriday.{svg,md,json}`);
  if (wrong.length > 0)
    throw new Failure(
      `\n${wrong
        .slice(0, 20)
        .map((each) => `WRONG ${each}`)
        .join('\n')}`,
    );
  console.log(`\nNothing accepted is lost, nothing is doubled, and ${compared.length} comparisons of what was written agree.`);
}

await runCommand(usage, blackfriday);
