/** The load test's visits, played by Node: the same plan, flow and checks as k6's (tests/load), for machines without k6. */
import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '#tests/load/plan.ts';
import { type Answer, type Ask, type Player, visit } from '#tests/load/shopper.ts';
import type { Sample } from './judge.ts';
import { usersAt } from './users-at.ts';

/** What a request may take, as with k6. */
const timeoutMs = 60_000;
/** Visits that are under way when the last stage ends may end within this, as with k6. */
const gracefulMs = 30_000;

export interface Drive {
  samples: Sample[];
  checks: { held: number; broken: number };
  /** How often each check was broken. */
  broken: Map<string, number>;
  visits: number;
  /** Visits that ended in an error of our own: there must be none. */
  errors: string[];
  /** From the first request to the last. */
  seconds: number;
}

/**
 * Plays the stages to their end.
 * @param tick is told once a second how many shoppers there are and what was measured so far
 */
export async function drive(
  url: string,
  stages: readonly Stage[],
  { signal, tick = () => {} }: { signal: AbortSignal; tick?: (users: number, drive: Drive) => void },
): Promise<Drive> {
  const measured: Drive = { samples: [], checks: { held: 0, broken: 0 }, broken: new Map(), visits: 0, errors: [], seconds: 0 };
  const agent = new Agent({ keepAlive: true });
  const ending = new AbortController();
  const over = AbortSignal.any([signal, ending.signal]);
  const player = playerOn(url, measured, agent, over);
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let users = 0;
  const shopping = new Set<Promise<void>>();

  /** Visits until there are too many shoppers. One who leaves ends the visit first, as with k6. */
  const shopper = async () => {
    while (!over.aborted && users <= (usersAt(stages, elapsed()) ?? 0)) {
      await visit(player).then(
        () => void measured.visits++,
        (error) => void (over.aborted || measured.errors.push(String(error))),
      );
    }
    users -= 1;
  };

  let second = 0;
  for (;;) {
    const wanted = usersAt(stages, elapsed());
    if (wanted === undefined || signal.aborted) break;
    for (; users < wanted; users++) {
      const one = shopper().finally(() => shopping.delete(one));
      shopping.add(one);
    }
    if (elapsed() >= second + 1) {
      second = Math.floor(elapsed());
      tick(users, measured);
    }
    await pause(50, undefined, { signal }).catch(() => {});
  }
  const patience = setTimeout(() => ending.abort(), signal.aborted ? 0 : gracefulMs);
  await Promise.all(shopping);
  clearTimeout(patience);
  agent.destroy();
  measured.seconds = elapsed();
  return measured;
}

function playerOn(url: string, measured: Drive, agent: Agent, signal: AbortSignal): Player {
  let turns = 0;
  return {
    turn: () => turns++,
    async ask({ route, method, ...rest }) {
      const began = performance.now();
      const answer = await send(url, { route, method, ...rest }, agent, signal);
      signal.throwIfAborted();
      measured.samples.push({
        route: `${method} ${route}`,
        ms: performance.now() - began,
        failed: answer.status === 0 || answer.status >= 400,
      });
      return answer;
    },
    check(what, holds) {
      measured.checks[holds ? 'held' : 'broken'] += 1;
      if (!holds) measured.broken.set(what, (measured.broken.get(what) ?? 0) + 1);
      return holds;
    },
    think: (seconds) => pause(seconds * 1000, undefined, { signal }),
    random: Math.random,
    uuid: randomUUID,
  };
}

/** The JSON of an answer; undefined where it is none. */
function parsed(text: string): Answer['body'] {
  try {
    return text.startsWith('{') ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** One request; status 0 where no whole answer came. */
function send(base: string, { method, path, body, headers }: Ask, agent: Agent, signal: AbortSignal): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const json = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const none = { status: 0, body: undefined };
  return new Promise((resolve) => {
    const take = (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', () => resolve(none));
      response.on('end', () => {
        const read = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, body: parsed(read) });
      });
    };
    const outgoing = request(base + path, { agent, method, headers: { ...json, ...headers }, timeout: timeoutMs, signal }, take);
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(none));
    outgoing.end(text);
  });
}
