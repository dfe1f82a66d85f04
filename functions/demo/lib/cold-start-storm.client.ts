import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { atOnce, coldPaths } from './cold-start-waves.ts';

/** A wave begins so long after the one before, in ms. */
const betweenMs = 12_000;
const callMs = 10_000;

/** Calls a shop in waves until the signal aborts, and only to read. What it answers does not matter: an answer of 404 took a sandbox too. */
export async function callInWaves(shopUrl: string, strength: number, signal: AbortSignal): Promise<void> {
  for (let wave = 1; !signal.aborted; wave++) {
    const paths = coldPaths(atOnce(wave, strength), randomUUID);
    await Promise.allSettled(paths.map((path) => call(shopUrl + path, signal)));
    await setTimeout(betweenMs, undefined, { signal }).catch(() => undefined);
  }
}

async function call(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(callMs)]) });
  await response.body?.cancel();
}
