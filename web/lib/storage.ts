import { useSyncExternalStore } from 'react';

// localStorage, with an in-memory fallback where the browser refuses it (private windows, full disks).
const memory = new Map<string, string>();
const listeners = new Set<() => void>();

export function read(key: string): string | null {
  try {
    return memory.get(key) ?? localStorage.getItem(key);
  } catch {
    return memory.get(key) ?? null;
  }
}

/** Writes a value, or removes it when null. */
export function write(key: string, value: string | null): void {
  memory.delete(key);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    if (value !== null) memory.set(key, value);
  }
  for (const listener of listeners) listener();
}

/** Removes every value whose key begins so. */
export function removeAll(prefix: string): void {
  for (const key of memory.keys()) if (key.startsWith(prefix)) memory.delete(key);
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  } catch {
    // storage is refused: nothing was stored
  }
  for (const listener of listeners) listener();
}

/** A stored JSON value; undefined when it is missing or does not parse. Its shape is not checked. */
export function readJson<T>(key: string): T | undefined {
  return parseJson<T>(read(key));
}

export function parseJson<T>(text: string | null): T | undefined {
  try {
    return text === null ? undefined : ((JSON.parse(text) as T | null) ?? undefined);
  } catch {
    return undefined;
  }
}

export const writeJson = (key: string, value: unknown): void => write(key, JSON.stringify(value));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** A stored text; updates when this tab or another one changes it. */
export const useStored = (key: string): string | null => useSyncExternalStore(subscribe, () => read(key));
