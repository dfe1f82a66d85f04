import { isProblem } from './problem.ts';
import { readJson, removeAll, write, writeJson } from './storage.ts';
import { uuid } from './uuid.ts';

/** One try of something that must happen once: its idempotency key and what it asked for. */
export interface Attempt<T> {
  key: string;
  content: T;
}

const place = (name: string) => `kelvo.attempt.${name}`;

/**
 * The key for an attempt. The same content has the same key until the attempt is forgotten, so a double click, a reload,
 * a second tab or a retry after a lost answer repeats the attempt instead of making another; other content gets a new key.
 */
export function attemptKey(name: string, content: unknown): string {
  const last = readJson<Attempt<unknown>>(place(name));
  if (last && JSON.stringify(last.content) === JSON.stringify(content)) return last.key;
  const next: Attempt<unknown> = { key: uuid(), content };
  writeJson(place(name), next);
  return next.key;
}

/** The attempt whose outcome is not known yet, if there is one. */
export const openAttempt = <T>(name: string): Attempt<T> | undefined => readJson<Attempt<T>>(place(name));

/** Forgets every attempt, because another person may use this device now. */
export const forgetAttempts = (): void => removeAll(place(''));

/** Call when the outcome is known. A newer attempt of that name by another tab is kept. */
export function forgetAttempt(name: string, key: string): void {
  if (openAttempt(name)?.key === key) write(place(name), null);
}

/**
 * Runs something with its attempt's key, and forgets the attempt once the outcome is certain: a success or a refusal. If the answer
 * was lost the attempt is kept, so that the next try uses the same key.
 */
export async function attempt<T>(name: string, content: unknown, run: (key: string) => Promise<T>): Promise<T> {
  const key = attemptKey(name, content);
  try {
    const outcome = await run(key);
    forgetAttempt(name, key);
    return outcome;
  } catch (error) {
    if (isProblem(error) && !error.passing && error.code !== 'in-progress') forgetAttempt(name, key);
    throw error;
  }
}
