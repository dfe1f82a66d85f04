/** One Black Friday from beginning to end: the mode, traffic, a look each second, and what is left when it is over. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DemoMode } from '#functions/demo/lib/contract.ts';
import { loadAt } from '#functions/demo/lib/course.ts';
import { noFigures } from '#functions/demo/lib/traffic/figures.ts';
import { ofRun } from '#functions/demo/lib/traffic/people.ts';
import { sendTraffic } from '#functions/demo/lib/traffic/send-traffic.ts';
import { within } from '#local/services/processes.ts';
import { contradictionsIn, type Left, leftIn, startOf } from '#tests/support/agreement.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, request } from '#tests/support/shop.ts';
import { brokenPromises, newLedger } from '#tests/support/traffic-ledger.ts';
import { Failure } from '../command-line.ts';
import type { OwnShop } from '../load/own-shop.ts';
import { queuesOf, waitingIn } from '../load/sight.ts';
import type { Course, Journey } from './compare.ts';
import type { BlackFriday, Second } from './record.ts';
import { answersOf, type State, stateOf } from './sample.ts';

export interface Wanted {
  seed: number;
  /** Black Friday lasts 300 s at speed 1. */
  speed: number;
  requestsPerMinute: number;
  signal: AbortSignal;
  say(line: string): void;
}

export interface Outcome {
  record: BlackFriday;
  course: Course;
  left: Left;
  /** From the end of the mode to a shop that is healthy and sells, in ms. */
  healthyAfterMs: number;
  /** Messages that had to be sent to their consumers again, by hand, as the runbook says. */
  redriven: number;
  /** What is not as promised; empty where all is. */
  wrong: string[];
}

/** Answers may fail for so long after a fault's end, and no longer. */
export const healthyWithinMs = 10_000;

export async function runBlackFriday(shop: Pick<OwnShop, 'url' | 'query'>, wanted: Wanted): Promise<Outcome> {
  const { seed, speed, requestsPerMinute, signal, say } = wanted;
  const { url, query } = shop;
  const visitor = { call: (path: string, call?: Parameters<typeof request>[2]) => request(url, path, call) };
  const admin = await signIn(visitor, 'admin');
  const start = await startOf(query);
  const mode = await begin(admin, { seed, speed });
  const startedAt = Date.parse(mode.startedAt);
  const endsAt = Date.parse(mode.endsAt);
  const seconds = Math.ceil((endsAt - startedAt) / 1_000);
  say(`Black Friday has begun: seed ${seed}, ${seconds} s, ${mode.course.faults.length} faults.`);

  const ledger = newLedger();
  const journeys = new Map<string, Journey>();
  const tag = `friday${randomBytes(4).toString('hex')}`;
  const loadIn = (second: number) => loadAt(courseFrom(mode), startedAt + second * 1_000);
  const traffic = sendTraffic({ origin: url, tag, seed, requestsPerMinute, startedAt }, seconds, {
    figures: noFigures(),
    signal,
    loadIn,
    answered(answer) {
      ledger.note(answer);
      const { arrival, step, reply } = answer;
      const key = `${arrival.atMs} ${arrival.seed}`;
      const journey = journeys.get(key) ?? { atMs: arrival.atMs, kind: arrival.kind, seed: arrival.seed, taken: [] };
      journey.taken.push({ route: step.route, outcome: `${reply.status} ${reply.code ?? ''}` });
      journeys.set(key, journey);
    },
  });
  let going = true;
  const ended = traffic.finally(() => {
    going = false;
  });
  const looking = lookEachSecond(shop, { startedAt, going: () => going && !signal.aborted, answers: ledger.answers, say, mode });
  await pause(endsAt - Date.now(), undefined, { signal });
  const healthyAfterMs = await healthyAgain(visitor, query, endsAt);
  await ended;
  const record: BlackFriday = { seed, speed, requestsPerMinute, ...spansOf(mode, startedAt), seconds: await looking };
  signal.throwIfAborted();

  say('The last shoppers are gone. Waiting until every event has had its effect …');
  const wrong: string[] = [];
  if (!(await settled(shop))) wrong.push('events are still waiting after three minutes');
  const redriven = await redriveDead(admin, url);
  if (redriven > 0 && !(await settled(shop))) wrong.push('messages that were sent again are still waiting');
  if (healthyAfterMs > healthyWithinMs) wrong.push(`healthy only ${healthyAfterMs} ms after the end`);
  wrong.push(
    ...failuresWithoutFault(record),
    ...(await brokenPromises(query, ledger, ofRun(tag))),
    ...(await contradictionsIn(query, start)),
  );
  const { faults } = mode.course;
  const course = {
    faults: faults.map(({ name, strength, ...span }) => ({
      name,
      strength,
      startsAt: Date.parse(span.startsAt) - startedAt,
      endsAt: Date.parse(span.endsAt) - startedAt,
    })),
    journeys: [...journeys.values()].sort((a, b) => a.atMs - b.atMs || a.seed - b.seed),
  };
  return { record, course, left: await leftIn(query, start.since), healthyAfterMs, redriven, wrong };
}

type Begun = DemoMode & { startedAt: string; endsAt: string; course: NonNullable<DemoMode['course']> };

async function begin(admin: Person, { seed, speed }: { seed: number; speed: number }): Promise<Begun> {
  const { status, text, body } = await admin.call('/api/admin/demo-mode', { body: { mode: 'blackfriday', seed, speed } });
  if (status !== 200) throw new Failure(`The shop does not go into the mode: ${status} ${text}`);
  return body as Begun;
}

/** The course that the shop told, with instants as numbers. */
function courseFrom({ course }: Begun) {
  const at = <T extends { startsAt: string; endsAt: string }>(span: T) => ({
    ...span,
    startsAt: Date.parse(span.startsAt),
    endsAt: Date.parse(span.endsAt),
  });
  return { phases: course.phases.map(at), faults: course.faults.map(at) };
}

function spansOf(mode: Begun, startedAt: number): Pick<BlackFriday, 'phases' | 'faults'> {
  const { phases, faults } = courseFrom(mode);
  const from = (ms: number) => (ms - startedAt) / 1_000;
  return {
    phases: phases.map(({ name, startsAt, endsAt }) => ({ name, from: from(startsAt), to: from(endsAt) })),
    faults: faults.map(({ name, strength, startsAt, endsAt }) => ({ name, strength, from: from(startsAt), to: from(endsAt) })),
  };
}

interface Look {
  startedAt: number;
  going(): boolean;
  answers: Parameters<typeof answersOf>[0];
  say(line: string): void;
  mode: Begun;
}

/** A line for each second, until traffic has ended. A second in which the shop could not be looked at has the state of the one before. */
async function lookEachSecond(shop: Pick<OwnShop, 'url' | 'query'>, { startedAt, going, answers, say, mode }: Look): Promise<Second[]> {
  const { phases, faults } = courseFrom(mode);
  const seconds: Second[] = [];
  let state: State = { waiting: 0, connections: 0, lockWaits: 0, held: 0 };
  let read = 0;
  for (let at = 0; going(); at++) {
    const until = startedAt + (at + 1) * 1_000;
    await pause(Math.max(0, until - Date.now()));
    state = await stateOf(shop).catch(() => state);
    const some = answers.slice(read).filter((answer) => answer.at < until);
    read += some.length;
    seconds.push({ at, ...answersOf(some), ...state });
    if (at % 10 !== 9) continue;
    const now = Date.now();
    const on = (spans: { name: string; startsAt: number; endsAt: number }[]) =>
      spans.filter(({ startsAt, endsAt }) => startsAt <= now && now < endsAt).map(({ name }) => name);
    const last = seconds.slice(-10);
    const sent = last.reduce((all, each) => all + each.sent, 0);
    const failed = sent - last.reduce((all, each) => all + each.ok, 0);
    say(
      `${String(at + 1).padStart(4)} s  ${(on(phases)[0] ?? 'over').padEnd(12)} ${(sent / 10).toFixed(1)}/s  ${failed} failed  ${on(faults).join(', ')}`,
    );
  }
  return seconds;
}

/** Milliseconds after `endsAt` until the shop says that it is healthy, and sells something. */
async function healthyAgain(
  visitor: { call(path: string): ReturnType<typeof request> },
  query: OwnShop['query'],
  endsAt: number,
): Promise<number> {
  const [product] = await query<{ id: string }>('select id from products where stock >= 60 and archived_at is null order by id limit 1');
  const buyer = guest(visitor);
  const sells = async () => {
    if ((await visitor.call('/api/health')).body?.status !== 'healthy') return false;
    const order = await buyer.order([{ productId: product?.id ?? '', quantity: 1 }], { email: 'after-friday@traffic.example' });
    if (order.status !== 201) return false;
    const intent = await buyer.intent(order.body);
    if (intent.status !== 201) return false;
    return (await buyer.confirm(order.body, intent.body.id, 'pm_card_visa')).body?.status === 'succeeded';
  };
  await within(60_000, () => sells().catch(() => false), 100);
  return Date.now() - endsAt;
}

/** Nothing waits for a consumer, and nothing for the bus. */
const settled = ({ url, query }: Pick<OwnShop, 'url' | 'query'>): Promise<boolean> =>
  within(
    180_000,
    async () => {
      const [row] = await query<{ count: number }>('select count(*)::integer from outbox where published_at is null', []);
      return row?.count === 0 && waitingIn(await queuesOf(url)) === 0;
    },
    500,
  );

/** Does what docs/runbooks/dead-letters.md says, once mails can be sent again. @returns how many messages went back */
async function redriveDead(admin: Person, url: string): Promise<number> {
  let redriven = 0;
  for (const { dead } of await queuesOf(url)) redriven += dead;
  if (redriven === 0) return 0;
  const letters = await admin.call('/api/admin/dead-letters?limit=100');
  const queues = new Set((letters.body?.items ?? []).map(({ queue }: { queue: string }) => queue));
  for (const queue of queues) await admin.call('/api/admin/dead-letters/redrive', { body: { queue } });
  return redriven;
}

/** Answers that failed although no fault was on, nor had been for 10 s. */
function failuresWithoutFault({ seconds, faults }: BlackFriday): string[] {
  const excused = (at: number) => faults.some(({ from, to }) => at + 1 > from && at < to + healthyWithinMs / 1_000);
  return seconds
    .filter(({ at, ok, sent }) => ok < sent && !excused(at))
    .map(({ at, failed }) => `second ${at} has failures and no fault is on: ${JSON.stringify(failed)}`);
}
