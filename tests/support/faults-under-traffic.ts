/**
 * A fault on purpose while shoppers shop, and what has to be true all the same: nothing accepted is lost, nothing is done twice, answers fail only as the
 * fault says, and the shop is healthy within 10 s after it.
 */
import { expect } from 'vitest';
import type { Arrival } from '#functions/demo/lib/traffic/arrivals.ts';
import { noFigures } from '#functions/demo/lib/traffic/figures.ts';
import { ofRun } from '#functions/demo/lib/traffic/people.ts';
import { sendTraffic } from '#functions/demo/lib/traffic/send-traffic.ts';
import { within } from '#local/services/processes.ts';
import type { FaultName } from '#platform/faults/fault-names.ts';
import { contradictionsIn, startOf } from './agreement.ts';
import { beginFaults, letFaultsEnd } from './faults-on-purpose.ts';
import type { Person } from './people.ts';
import { guest, type Shop } from './shop.ts';
import { brokenPromises, type Noted, newLedger } from './traffic-ledger.ts';

/** How an answer may fail. A 503 has to say when to come back. */
export interface Failure {
  status: 500 | 503;
  code: string;
  /** Of these routes only. */
  on?: RegExp;
}

/** What there is to see of a fault. */
export interface Sight {
  shop: Shop;
  answers: readonly Noted[];
  /** How often Redis was held back so far, as it counts itself. */
  redisPauses(): Promise<number>;
  /** How many calls of this route began with a bundle that was loaded afresh, since the fault began: log lines say so. */
  coldStarts(route: string): number;
}

export interface UnderTraffic {
  strength: number;
  /** What shoppers may be told; everything else has to be answered as ever. */
  mayFail: Failure[];
  /** Whether the fault is seen, as an operator or a shopper sees it: asked again and again while traffic runs, for a fault that is not there proves nothing. */
  seen(sight: Sight): boolean | Promise<boolean>;
  /** Afterwards operators send back to their consumers what these gave up. */
  redrive?: boolean;
}

const busy: Failure = { status: 503, code: 'database-unavailable' };
const told =
  (code: string) =>
  ({ answers }: Sight) =>
    answers.some((answer) => answer.failure === code);
/** A statement on the server that gives a row when the fault is there. */
const there =
  (statement: string) =>
  async ({ shop: { database } }: Sight): Promise<boolean> =>
    (await database.query(statement)).length > 0;
const held = (name: FaultName) =>
  there(`select from pg_stat_activity where datname = current_database() and application_name = 'kelvo-fault ${name}'`);

/** The schedule that sends what a request could not, as it will be a minute later. */
const relayFails = ({ shop }: Sight) =>
  shop.gateway.invoke('OpsRelayOutbox', { time: new Date(Date.now() + 60_000).toISOString() }).then(
    () => false,
    () => true,
  );

/** Each fault, and what may be seen of it. */
export const faults: Record<FaultName, UnderTraffic> = {
  'slow-query': {
    strength: 0.3,
    mayFail: [busy],
    seen: there(
      `select from pg_stat_activity where datname = current_database() and state = 'active' and query like '%lower(r.product)%' and pid <> pg_backend_pid()`,
    ),
  },
  'pool-exhaustion': { strength: 1, mayFail: [busy], seen: held('pool-exhaustion') },
  'lock-contention': { strength: 1, mayFail: [busy], seen: held('lock-contention') },
  'redis-slow': { strength: 1, mayFail: [], seen: async ({ redisPauses }) => (await redisPauses()) > 0 },
  'redis-away': {
    strength: 1,
    mayFail: [],
    seen: async ({ shop }) => (await shop.call('/api/health')).body?.dependencies?.redis?.status === 'unhealthy',
  },
  'payment-declines': {
    strength: 1,
    mayFail: [],
    seen: there(`select from payments where last_error->>'code' = 'card-declined' offset 2`),
  },
  'provider-slow': {
    strength: 0.1,
    mayFail: [],
    seen: ({ answers }) => answers.some(({ route, ms }) => route === 'POST /api/payment/confirm' && ms > 500),
  },
  'provider-away': {
    strength: 1,
    mayFail: [{ status: 503, code: 'provider-unavailable', on: /payment/ }],
    seen: told('provider-unavailable'),
  },
  'bus-away': { strength: 1, mayFail: [], seen: relayFails },
  'mail-failing': {
    strength: 1,
    mayFail: [],
    redrive: true,
    seen: there('select from notifications where tries > 0 and reason is not null'),
  },
  'ads-errors': {
    strength: 1,
    mayFail: [{ status: 503, code: 'ads-unavailable', on: /\/api\/ads/ }],
    seen: async ({ shop }) => (await shop.call('/api/ads')).body?.code === 'ads-unavailable',
  },
  'duplicate-deliveries': {
    strength: 1,
    mayFail: [],
    seen: async ({ shop }) => {
      const { body } = await shop.call('/_local/events');
      const ids = (body.events as { detail: { id: string } }[]).map(({ detail }) => detail.id);
      return new Set(ids).size < ids.length;
    },
  },
  'memory-pressure': { strength: 0.5, mayFail: [], seen: () => process.memoryUsage().arrayBuffers > 100 * 2 ** 20 },
  'cold-starts': { strength: 1, mayFail: [], seen: ({ coldStarts }) => coldStarts('/api/categories') > 1 },
  'bad-deploy': { strength: 0.3, mayFail: [{ status: 500, code: 'internal-error' }], seen: told('internal-error') },
};

/** Of stores and functions; the others are of whom the shop talks to. Two halves, so that two files share the time. */
export const faultsInside: readonly FaultName[] = [
  'slow-query',
  'pool-exhaustion',
  'lock-contention',
  'redis-slow',
  'redis-away',
  'memory-pressure',
  'cold-starts',
  'bad-deploy',
];

/** Of who arrives in two seconds all come who want to buy, and some of the others: thirty people, ten orders, with hardly a thought in between. */
const seed = 7;
const trafficSeconds = 2;
const requestsPerMinute = 21_600;
const comes = ({ kind, seed }: Arrival) => kind === 'checkout' || seed % (kind === 'cart' ? 2 : 5) === 0;
const thinking = 0.01;
/** The fault is on until it was seen, and for so long at least; then it ends by itself, and shopping goes on. */
const faultMs = 1_000;
/** `letFaultsEnd` gives them so long. */
const endsInMs = 200;
/**
 * Looks at the shop's health, a quarter of a second apart, until it has to be well: 10 s where a look takes no time. Not by the clock, for a machine
 * that is busy with other tests makes a shop slow that is healthy.
 */
const healthyWithinLooks = 40;
const lookEveryMs = 250;

/** @returns what is not as promised, in words; empty where all is */
export async function underTraffic(
  name: FaultName,
  { shop, admin, ...signs }: { shop: Shop; admin: Person } & Pick<Sight, 'redisPauses' | 'coldStarts'>,
): Promise<string[]> {
  const { strength, mayFail, seen, redrive } = faults[name];
  const start = await startOf(shop.database.query);
  const ledger = newLedger();
  const tag = name.replaceAll('-', '');
  await beginFaults(admin, { name, strength, seconds: 600 });
  const beganAt = Date.now();
  const run = { origin: shop.url, tag, seed, requestsPerMinute, startedAt: beganAt };
  const { signal } = new AbortController();
  const traffic = sendTraffic(run, trafficSeconds, { figures: noFigures(), signal, thinking, comes, answered: ledger.note });
  let shopping = true;
  const gone = traffic.finally(() => {
    shopping = false;
  });
  let wasSeen = false;
  const look = async () => {
    wasSeen ||= await seen({ shop, answers: ledger.answers, ...signs });
    return !shopping || (wasSeen && Date.now() > beganAt + faultMs);
  };
  await within(60_000, look, 25);
  await letFaultsEnd(shop);
  const over = Date.now() + endsInMs;
  await within(60_000, () => Date.now() >= over);
  const [looks] = await Promise.all([looksUntilHealthy(shop), gone]);

  await shop.pumps.settled();
  if (redrive) await redriveAll(shop, admin);
  shop.pumps.advance(60_000);
  await shop.pumps.settled();
  return [
    ...(ledger.orders.size < 5 ? [`only ${ledger.orders.size} orders in ${ledger.answers.length} answers: too few to tell`] : []),
    ...(wasSeen ? [] : [`${name} was not seen`]),
    ...(looks > healthyWithinLooks ? ['not healthy 10 s after its end'] : []),
    ...unexcused(ledger.answers, mayFail),
    ...(await brokenPromises(shop.database.query, ledger, ofRun(tag))),
    ...(await contradictionsIn(shop.database.query, start)),
  ];
}

/** Answers that failed otherwise than the fault says: another code or route, or a 503 that does not say when to come back. */
export function unexcused(answers: readonly Noted[], mayFail: readonly Failure[]): string[] {
  const counts = new Map<string, number>();
  for (const { failure, route, status, retryAfterMs } of answers) {
    if (failure === undefined) continue;
    const excused = mayFail.some((each) => each.status === status && each.code === failure && (each.on?.test(route) ?? true));
    const fault = excused ? (status === 503 && retryAfterMs === undefined ? 'has no Retry-After' : undefined) : 'is none of the fault';
    if (fault !== undefined)
      counts.set(`${route} ${status} ${failure} ${fault}`, (counts.get(`${route} ${status} ${failure} ${fault}`) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${what} (${count} times)`);
}

/** @returns how often the shop was looked at until it said that it is healthy, and sold something */
async function looksUntilHealthy(shop: Shop): Promise<number> {
  const [product] = await shop.database.query<{ id: string }>('select id from products where stock >= 60 and archived_at is null limit 1');
  const buyer = guest(shop);
  const sells = async () => {
    if ((await shop.call('/api/health')).body?.status !== 'healthy') return false;
    const order = await buyer.order([{ productId: product?.id ?? '', quantity: 1 }]);
    const intent = order.status === 201 && (await buyer.intent(order.body));
    return (
      intent && intent.status === 201 && (await buyer.confirm(order.body, intent.body.id, 'pm_card_visa')).body?.status === 'succeeded'
    );
  };
  let looks = 0;
  const look = async () => {
    looks += 1;
    return looks > healthyWithinLooks || (await sells());
  };
  await within(Number.POSITIVE_INFINITY, look, lookEveryMs);
  return looks;
}

/** What docs/runbooks/dead-letters.md says. */
async function redriveAll(shop: Shop, admin: Person): Promise<void> {
  const letters = await admin.call('/api/admin/dead-letters?limit=100');
  for (const queue of new Set((letters.body.items as { queue: string }[]).map((letter) => letter.queue)))
    expect((await admin.call('/api/admin/dead-letters/redrive', { body: { queue } })).status).toBe(200);
  await shop.pumps.settled();
}
