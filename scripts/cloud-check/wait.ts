import { setTimeout as pause } from 'node:timers/promises';

/** Asks until there is something to be had. @throws Error that says what was waited for */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, seconds = 30): Promise<T> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await pause(200);
  }
}

/** Whether something stays away for so long. */
export async function never(ask: () => Promise<boolean>, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1_000;
  while (performance.now() < deadline) {
    if (await ask()) return false;
    await pause(200);
  }
  return true;
}
