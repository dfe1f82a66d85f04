import { send } from './drive.ts';
import type { Journey } from './journeys.ts';
import { urlOf } from './stores.ts';
import { slowWire } from './wire.ts';

/** How many answers of each store a route's answer waits for, one after the other. */
export interface RoundTrips {
  route: string;
  postgres: number;
  redis: number;
}

const delayMs = 40;
const samples = 7;

/**
 * Measures round trips from outside: slows a store's answers down by 40 ms each and looks how many times 40 ms a request takes longer.
 * @param start starts the server on other URLs of the same stores
 */
export async function countRoundTrips<Input extends { databaseUrl: string; redisUrl: string | null }>(
  input: Input,
  start: (input: Input) => Promise<{ url: string; stop(): void }>,
  journeys: Journey[],
  products: string[],
): Promise<RoundTrips[]> {
  const database = await slowWire(Number(new URL(input.databaseUrl).port));
  const cache = input.redisUrl === null ? undefined : await slowWire(Number(new URL(input.redisUrl).port));
  const server = await start({
    ...input,
    databaseUrl: urlOf(input.databaseUrl, { port: String(database.port) }),
    redisUrl: input.redisUrl && urlOf(input.redisUrl, { port: String(cache?.port) }),
  });
  try {
    const trips = new Map<string, RoundTrips>();
    for (const journey of journeys) {
      let turn = 0;
      const next = async () => timesOf(server.url, journey, products, turn++);
      for (let i = 0; i < 3; i++) await next(); // warm
      const usual = await repeat(next);
      database.delay(delayMs);
      const slowDatabase = await repeat(next);
      database.delay(0);
      cache?.delay(delayMs);
      const slowCache = await repeat(next);
      cache?.delay(0);
      for (const [route, ms] of usual) {
        const waits = (slow: Map<string, number>) => Math.max(0, Math.round(((slow.get(route) ?? ms) - ms) / delayMs));
        trips.set(route, { route, postgres: waits(slowDatabase), redis: waits(slowCache) });
      }
    }
    return [...trips.values()];
  } finally {
    server.stop();
    database.stop();
    cache?.stop();
  }
}

/** The least time of each step: a busy machine only ever makes it longer. */
async function repeat(next: () => Promise<Map<string, number>>): Promise<Map<string, number>> {
  const runs: Map<string, number>[] = [];
  for (let i = 0; i < samples; i++) runs.push(await next());
  const [first = new Map<string, number>()] = runs;
  return new Map([...first.keys()].map((route) => [route, Math.min(...runs.map((run) => run.get(route) ?? Number.NaN))]));
}

async function timesOf(base: string, journey: Journey, products: string[], turn: number): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  const answers: Record<string, never>[] = [];
  for (const make of journey(products, turn)) {
    const step = make(answers);
    const began = performance.now();
    answers.push(await send(base, step));
    times.set(`${step.method} ${step.path.split('?')[0]?.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '{id}')}`, performance.now() - began);
  }
  return times;
}
