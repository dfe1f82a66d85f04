/**
 * Makes a thing once for the whole process. A bundle has its own copy of every module, and the local gateway loads all bundles into one
 * process: without this, each would hold a connection pool of its own. On Lambda there is one bundle a process and nothing changes.
 * A promise that is rejected is forgotten: the next use tries again.
 */
export function perProcess<T>(name: string, make: () => T): T {
  const key = Symbol.for(`kelvo.${name}`);
  const shared = globalThis as unknown as Record<symbol, T | undefined>;
  if (shared[key] !== undefined) return shared[key];
  const made = make();
  shared[key] = made;
  if (made instanceof Promise)
    made.catch(() => {
      if (shared[key] === made) delete shared[key];
    });
  return made;
}

/** Forgets such a thing and gives it back to be ended: the next use makes another. For tools that change configuration within one process. */
export function forgetPerProcess<T>(name: string): T | undefined {
  const key = Symbol.for(`kelvo.${name}`);
  const shared = globalThis as unknown as Record<symbol, T | undefined>;
  const known = shared[key];
  delete shared[key];
  return known;
}
