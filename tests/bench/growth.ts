// npm run bench:growth: what becomes of each class of request as the catalog and the orders grow, in the database (the statements that the
// built functions send) and through the API (the gateway of `npm start`, without Redis). -- --sizes 10000,100000,1000000 --rounds 5 --only search
// Databases stay in .local/growth: the first run fills them (a million: minutes), later ones use them. --cpu counts the processor time of PostgreSQL's processes instead of the time that passes, for a machine that does other things besides.
// Machines differ and are noisy: of each request the least of some rounds counts, and goals are ratios between sizes. Exit 1: a goal is missed.
// --engine opensearch searches and suggests by OpenSearch (a node of its own; needs Java), whose answers count as the database's.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildFunctions } from '../../scripts/build-functions.ts';
import { startEngine } from './engine.ts';
import { type GrownShop, startGrownShops } from './growth/databases.ts';
import { growthGoals } from './growth/goals.ts';
import type { Measured, Report } from './growth/measure.ts';
import { root } from './stores.ts';

const { values: flags } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    cpu: { type: 'boolean', default: false },
    engine: { type: 'string', default: 'postgres' },
  },
});
const sizes = flags.sizes.split(',').map(Number);
const rounds = Number(flags.rounds);
if (![...sizes, rounds].every((n) => Number.isSafeInteger(n) && n > 0)) throw new Error('--sizes and --rounds take whole numbers');

if (flags.cpu && flags.engine !== 'postgres') throw new Error('--cpu counts the processor time of PostgreSQL alone');

async function measure(shop: GrownShop, variables: Record<string, string>): Promise<Report> {
  const input = { shop, variables, rounds, cpu: flags.cpu, only: flags.only?.split(',') };
  const child = fork(join(root, 'tests/bench/growth/measure.ts'), [JSON.stringify(input)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [report] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('The measuring process ended without a report'))),
  ]);
  return report as Report;
}

const ms = (value: number) => (value < 9.95 ? value.toFixed(1) : value.toFixed(0)).padStart(8);
const label = ({ group, name }: Pick<Measured, 'group' | 'name'>) => `${group.padEnd(17)}${name.padEnd(21)}`;

await buildFunctions();
const say = (line: string) => console.log(line);
const shops = await startGrownShops(say);
let missed = 1;
try {
  const reports: { shop: GrownShop; report: Report }[] = [];
  for (const size of sizes) {
    const shop = await shops.shop(size);
    const engine = await startEngine(flags.engine);
    try {
      await engine.fill(shop.url);
      say(`Measuring ${size.toLocaleString('en-US')} products`);
      reports.push({ shop, report: await measure(shop, engine.variables) });
    } finally {
      await engine.stop();
    }
  }

  const head = (text: string) => text.padStart(16);
  say(`\nms, p50 and p95 of different requests; of each the least of ${rounds} rounds`);
  say(
    `${''.padEnd(38)}${sizes.map((size) => head(`${size.toLocaleString('en-US')} db`)).join('')}${sizes.map(() => head('API')).join('')}`,
  );
  for (const each of reports.at(-1)?.report.classes ?? []) {
    const same = reports.map(({ report }) => report.classes.find(({ group, name }) => group === each.group && name === each.name));
    const cells = [...same.map((one) => one?.database), ...same.map((one) => one?.api)];
    say(`${label(each)}${cells.map((one) => ms(one?.p50 ?? Number.NaN) + ms(one?.p95 ?? Number.NaN)).join('')}`);
  }
  for (const { shop, report } of reports) {
    for (const { failed, ...each } of report.classes) {
      const { ms, text, path } = each.database.slowest;
      if (ms > 300) say(`${shop.size}: ${path} has a statement of ${ms.toFixed(0)} ms: ${text.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
      if (failed.length > 0) say(`${shop.size}: ${label(each)} ${failed.length} requests failed, the first: ${failed[0]}`);
    }
  }

  const goals = growthGoals(reports.map(({ shop, report }) => ({ size: shop.size, productsPerSecond: shop.productsPerSecond, ...report })));
  say(
    `\n${goals.map(({ what, is, goal, reached }) => `${what.padEnd(46)}${is.padStart(12)}  goal ${goal.padEnd(10)} ${reached ? 'reached' : 'missed'}`).join('\n')}`,
  );
  missed = goals.filter(({ reached }) => !reached).length;
} finally {
  await shops.stop();
}
process.exit(missed === 0 ? 0 : 1);
