// npm run load: a hundred shoppers for five minutes, and whether the shop keeps its times. By k6 where it is installed.
import { parseArgs } from 'node:util';
import { fullPlan, type Plan, quickPlan, soakPlan } from '#tests/load/plan.ts';
import { stockUpAll } from '#tests/support/agreement.ts';
import { Failure, Misuse, runCommand } from './command-line.ts';
import { type Drive, drive } from './load/drive.ts';
import { growth, type Sighting } from './load/growth.ts';
import { judge } from './load/judge.ts';
import { findK6, howToGetK6, runK6, thresholdsBroken } from './load/k6.ts';
import { loopbackUrl } from './load/loopback-url.ts';
import { type OwnShop, startOwnShop } from './load/own-shop.ts';
import { driveSummary, growthTable, machineFacts, machineLoad, routesTable, verdictsTable } from './load/report.ts';
import { sight } from './load/sight.ts';
import { totalSeconds } from './load/users-at.ts';

const usage = `Usage: npm run load [-- --quick | --soak --minutes N] [--engine k6|own] [--url http://127.0.0.1:PORT]

Shoppers who browse, search, fill carts and buy (mock provider): 50 after half a minute, 100 after another, for three minutes. Kept: 95 of 100 answers within
500 ms, 99 within 1 s (with --quick 95 within 2 s), fewer than one in ten fails, and answers hold what they must.

  --quick         10 shoppers for half a minute
  --soak          40 shoppers for --minutes (4 to 480), watching memory, connections and queues for growth; on a shop of its own only
  --engine        k6, or own: Kelvo's driver, which plays the same visits and stages. Default: k6 where there is one (on the PATH, or named in K6)
  --url           a shop that runs on this machine; default: a fresh one on free ports, which is gone afterwards
  --help          show this

Ends with 0; with 1 when a threshold is not kept or something grows; with 2 when it was asked in a wrong way; with 75 where k6 is asked for and missing.`;

const cannotRunHere = 75;

interface Order {
  name: 'full' | 'quick' | 'soak';
  plan: Plan;
  minutes: number;
  engine: 'k6' | 'own' | undefined;
  url: string | undefined;
}

/** @throws Misuse; Node's own error for an unknown flag */
function readOrder(args: string[]): Order {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args, options: { quick: flag, soak: flag, minutes: text, engine: text, url: text } });
  const { quick, soak, engine, url } = values;
  if (quick && soak) throw new Misuse('--quick or --soak, not both.');
  if (engine !== undefined && engine !== 'k6' && engine !== 'own') throw new Misuse(`--engine is k6 or own, not "${engine}".`);
  if (soak && url !== undefined)
    throw new Misuse("--soak watches the shop's process and database: it starts a shop of its own, without --url.");
  if (soak && engine === 'k6') throw new Misuse('--soak is for the own engine: it watches the shop meanwhile.');
  if (!soak && values.minutes !== undefined) throw new Misuse('--minutes belongs to --soak.');
  const minutes = Number(values.minutes ?? '10');
  if (!(/^\d+$/.test(values.minutes ?? '10') && minutes >= 4 && minutes <= 480))
    throw new Misuse(`--minutes is a whole number from 4 to 480, not "${values.minutes}".`);
  const plan = soak ? soakPlan(minutes) : quick ? quickPlan : fullPlan;
  const name = soak ? 'soak' : quick ? 'quick' : 'full';
  return { name, plan, minutes, engine: soak ? 'own' : engine, url: url === undefined ? undefined : loopbackUrl(url) };
}

async function load(args: string[], signal: AbortSignal): Promise<void> {
  const { name, plan, engine, url } = readOrder(args);
  const k6 = engine === 'own' ? null : findK6();
  if (engine === 'k6' && k6 === null) {
    console.error(howToGetK6);
    process.exit(cannotRunHere);
  }
  const before = machineLoad();
  const shop = url === undefined ? await startOwnShop({ signal }) : null;
  try {
    if (shop !== null) await stockUpAll(shop.query);
    const base = shop?.url ?? (url as string);
    const answers = await fetch(`${base}/api/health`)
      .then(({ ok }) => ok)
      .catch(() => false);
    if (!answers) throw new Failure(`No healthy shop answers at ${base}.`);
    console.log(`${shop === null ? 'The shop at' : 'A fresh shop at'} ${base}, by ${k6?.version ?? "Kelvo's own driver"}`);
    console.log(`${machineFacts(before)}\n`);
    if (k6 !== null) return await byK6(k6.program, base, name, signal);
    await byDriver(base, plan, name === 'soak' ? shop : null, signal);
  } finally {
    await shop?.stop();
  }
}

async function byK6(program: string, url: string, plan: string, signal: AbortSignal): Promise<void> {
  const code = await runK6(program, { BASE_URL: url, PLAN: plan }, signal);
  signal.throwIfAborted();
  if (code === thresholdsBroken) throw new Failure('k6: a threshold was not kept.');
  if (code !== 0) throw new Failure(`k6 ended with ${code}.`);
}

async function byDriver(url: string, { stages, thresholds }: Plan, watched: OwnShop | null, signal: AbortSignal): Promise<void> {
  const sightings: Promise<Sighting>[] = [];
  const total = totalSeconds(stages);
  const everySeconds = watched === null ? 15 : Math.max(5, Math.floor(total / 200));
  let next = everySeconds;
  const tick = (users: number, { samples, seconds: _, ...rest }: Drive) => {
    const at = (performance.now() - began) / 1000;
    if (at < next) return;
    next += everySeconds;
    if (watched !== null) sightings.push(sight(watched, at));
    console.log(`${at.toFixed(0).padStart(5)} s  ${String(users).padStart(3)} shoppers  ${samples.length} requests  ${rest.visits} visits`);
  };
  const began = performance.now();
  const measured = await drive(url, stages, { signal, tick });
  signal.throwIfAborted();
  const verdicts = judge(thresholds, measured);
  console.log(`\n${driveSummary(measured)}\n\n${routesTable(measured.samples)}\n\n${verdictsTable(verdicts)}`);
  const wrong = verdicts.filter(({ kept }) => !kept).map(({ threshold }) => `not kept: ${threshold}`);
  if (measured.errors.length > 0) wrong.push(`${measured.errors.length} visits broke off, such as: ${measured.errors[0]}`);
  if (watched !== null) {
    const seen = await Promise.all(sightings);
    const judged = growth(seen);
    console.log(`\n${growthTable(judged, seen)}`);
    wrong.push(...judged.filter(({ grows }) => grows).map(({ what }) => `${what} grows`));
  }
  if (wrong.length > 0) throw new Failure(`\n${wrong.join('\n')}`);
  console.log(`\nAll thresholds are kept${watched === null ? '' : ', and nothing grows'}.`);
}

await runCommand(usage, load);
