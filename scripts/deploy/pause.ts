import { setTimeout } from 'node:timers/promises';
import { Interrupted } from '../command-line.ts';

/** Waits between two looks at AWS. @throws Interrupted at Ctrl-C, which stops nothing at AWS */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {
    throw new Interrupted('Stopped looking. What is under way at AWS goes on by itself; the same command carries on from there.');
  });
}
