import { config } from '../config.ts';
import { perProcess } from '../per-process.ts';
import { log } from '../telemetry/log.ts';
import { currentTrace } from '../telemetry/trace-context.ts';
import { type Fault, faultNow, refreshFaults } from './faults.ts';

/** What the fault memory-pressure holds of this process's memory. */
interface Holding {
  startsAt: number;
  chunks: ArrayBuffer[];
}

const state = () => perProcess<{ now?: Holding | undefined }>('held-memory', () => ({}));

const mib = 2 ** 20;
const chunkBytes = 4 * mib;
/** Between two chunks, for the requests: writing one takes about 2 ms. */
const chunkEveryMs = 10;
/** So much of its limit a function may fill: the rest is for the requests that come meanwhile, and for Datadog's extension. */
const fullest = 0.75;
/** Where one process serves all functions the limit of one of them says nothing: it holds so much at most. */
const sharedMostBytes = 256 * mib;
const watchMs = 250;

/** All in bytes. */
interface Room {
  /** What the function may use; undefined where one process serves all functions. */
  limit: number | undefined;
  /** What the process uses now, without what is held. */
  used: number;
  /** What the machine has left. */
  available: number;
}

/** How much is held: the strength's share of what there is between use and limit, and never so much that the process would die of it. */
export function bytesToHold(strength: number, { limit, used, available }: Room): number {
  const room = limit === undefined ? sharedMostBytes : fullest * limit - used;
  return Math.max(0, Math.trunc(strength * Math.min(room, available / 2)));
}

/**
 * Fills memory, page by page, until as much is held as the fault says, and gives it back when the fault is over: by the clock, and in a process that was
 * frozen as soon as it wakes. Called with each invocation; does not wait.
 */
export function holdMemory(fault: Fault, memoryLimitInMB: number): void {
  const known = state();
  if (known.now?.startsAt === fault.startsAt) return;
  if (known.now) giveBack(known.now);
  const holding: Holding = { startsAt: fault.startsAt, chunks: [] };
  known.now = holding;
  const limit = config.STAGE === 'local' ? undefined : memoryLimitInMB * mib;
  const used = process.memoryUsage.rss();
  const bytes = bytesToHold(fault.strength, { limit, used, available: process.availableMemory() });
  // Not a part of the request that happens to be there.
  currentTrace.exit(() => {
    const watch = setInterval(() => {
      void refreshFaults();
      if (isOver(holding)) clearInterval(watch);
    }, watchMs).unref();
    fill(holding, bytes);
  });
}

/** Piece by piece, so that requests get their turn in between. Written to: memory that nobody wrote to is none yet. */
function fill(holding: Holding, bytes: number): void {
  if (isOver(holding)) return;
  if (bytes < chunkBytes) {
    say('memory is held', holding);
    return;
  }
  const chunk = new ArrayBuffer(chunkBytes);
  new Uint8Array(chunk).fill(1);
  holding.chunks.push(chunk);
  setTimeout(fill, chunkEveryMs, holding, bytes - chunkBytes).unref();
}

/** Whether the fault is over; then nothing is held any more. */
function isOver(holding: Holding): boolean {
  if (state().now === holding && faultNow('memory-pressure')?.startsAt === holding.startsAt) return false;
  giveBack(holding);
  return true;
}

/** At once, and not when the collector comes by: a buffer that is transferred leaves its memory behind. */
function giveBack(holding: Holding): void {
  if (state().now === holding) state().now = undefined;
  if (holding.chunks.length === 0) return;
  for (const chunk of holding.chunks) chunk.transfer(0);
  holding.chunks = [];
  say('memory is given back', holding);
}

function say(message: string, { chunks }: Holding): void {
  log('warn', message, {
    held_mb: (chunks.length * chunkBytes) / mib,
    rss_mb: Math.round(process.memoryUsage.rss() / mib),
  });
}
