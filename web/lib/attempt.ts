import { readJson, write, writeJson } from './storage.ts';
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
  const attempt: Attempt<unknown> = { key: uuid(), content };
  writeJson(place(name), attempt);
  return attempt.key;
}

/** The attempt whose outcome is not known yet, if there is one. */
export const openAttempt = <T>(name: string): Attempt<T> | undefined => readJson<Attempt<T>>(place(name));

/** Call when the outcome is known. */
export const forgetAttempt = (name: string): void => write(place(name), null);
