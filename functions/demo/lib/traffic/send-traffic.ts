import { setTimeout as pause } from 'node:timers/promises';
import { type Arrival, arrivalsIn, type Rate } from './arrivals.ts';
import { type Figures, noteAnswer } from './figures.ts';
import { journeyOf } from './journey.ts';
import { sendTo } from './shop.client.ts';
import type { Reply, Step } from './step.ts';

/**
 * Shoppers in the shop at once, at most. The model is open: a slow shop does not keep people from coming, so they become more and more in it. Beyond this
 * number a process would measure itself and not the shop, so whoever comes then is counted as `dropped`.
 */
export const mostShoppers = 1_000;

/** Requests that are under way when a run is stopped may take so long to end; then they are cut off, and counted as that. */
const lastMs = 2_000;

export interface Run extends Rate {
  /** Of the shop. */
  origin: string;
  /** Names the run in what it leaves behind: lower-case letters and digits. */
  tag: string;
  /** When its first second begins, in ms since 1970. */
  startedAt: number;
}

export interface Sending {
  /** Written as things happen. */
  figures: Figures;
  /** Stops it: nobody comes any more, and nobody takes another step. */
  signal: AbortSignal;
  /** Multiplies the rate in a second, asked for when it begins. */
  loadIn?: (second: number) => number;
  /** Multiplies the time that people take to think: 0 in tests. */
  thinking?: number;
  /** Which of those who arrive are sent in; all of them where it is left out. */
  comes?: (arrival: Arrival) => boolean;
  /** Is told of each answer, for who keeps a ledger. */
  answered?: (answer: Answered) => void;
}

/** Somebody took a step, and got this. */
export interface Answered {
  arrival: Arrival;
  step: Step;
  reply: Reply;
  ms: number;
  /** The code of what went wrong; undefined: nothing. */
  failure: string | undefined;
}

/** The people of a run that are sent by this process, in one part after the other. */
export interface Sender {
  /**
   * Sends those who arrive from one second of the run to another (not included), each on the millisecond, whatever became of those before.
   * @returns when the last of them has come
   */
  send(fromSecond: number, toSecond: number): Promise<void>;
  /** Whether somebody is in the shop. */
  isBusy(): boolean;
  /** Waits until nobody is in the shop: as long as journeys take. */
  gone(): Promise<void>;
}

export function senderOf(run: Run, sending: Sending): Sender {
  const { figures, signal, loadIn = () => 1, comes = () => true } = sending;
  const cut = new AbortController();
  signal.addEventListener('abort', () => void setTimeout(() => cut.abort(), lastMs).unref(), { once: true });
  const shoppers = new Set<Promise<void>>();
  const receive = (arrival: Arrival) => {
    figures.arrived += 1;
    if (shoppers.size >= mostShoppers) figures.dropped += 1;
    else {
      const journey = walk(run, arrival, sending, cut.signal).finally(() => shoppers.delete(journey));
      shoppers.add(journey);
    }
  };
  return {
    send: async (fromSecond, toSecond) => {
      for (let second = fromSecond; second < toSecond; second += 1) {
        await until(run.startedAt + second * 1_000, signal);
        for (const arrival of arrivalsIn(second, run, loadIn(second))) {
          await until(run.startedAt + arrival.atMs, signal);
          if (signal.aborted) return;
          if (comes(arrival)) receive(arrival);
        }
      }
    },
    isBusy: () => shoppers.size > 0,
    gone: async () => {
      while (shoppers.size > 0) await Promise.all(shoppers);
    },
  };
}

/** Sends all of a run that takes so many seconds. @returns when the last of its people are gone */
export async function sendTraffic(run: Run, seconds: number, sending: Sending): Promise<void> {
  const sender = senderOf(run, sending);
  await sender.send(0, seconds);
  await sender.gone();
}

/** One journey, step by step, to its end or until it is stopped. */
async function walk(
  { origin, tag }: Run,
  arrival: Arrival,
  { figures, signal, thinking = 1, answered }: Sending,
  cut: AbortSignal,
): Promise<void> {
  const journey = journeyOf(arrival, tag);
  let next = journey.next({ status: 0 });
  while (!next.done) {
    const step = next.value;
    await until(Date.now() + step.thinkMs * thinking, signal);
    if (signal.aborted) return;
    figures.sent += 1;
    const startedAt = performance.now();
    const reply = await sendTo(origin, step, cut);
    const ms = performance.now() - startedAt;
    let failure = isGood(reply, step) ? undefined : (reply.code ?? `http-${reply.status}`);
    try {
      next = journey.next(reply);
    } catch {
      // The answer is none that the route's contract knows: who got it goes away.
      failure ??= 'unexpected-answer';
      next = { done: true, value: undefined };
    }
    noteAnswer(figures, step.route, ms, failure);
    answered?.({ arrival, step, reply, ms, failure });
  }
}

const isGood = ({ status, code = '' }: Reply, { expected }: Step): boolean => (status >= 200 && status < 300) || expected.includes(code);

/** Waits until an instant in ms since 1970, or until it is stopped. */
async function until(instant: number, signal: AbortSignal): Promise<void> {
  const ms = instant - Date.now();
  if (ms > 0) await pause(ms, undefined, { signal }).catch(() => {});
}
