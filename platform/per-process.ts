/**
 * Makes a thing once for the whole process. A bundle has its own copy of every module, and the local gateway loads all bundles into one
 * process: without this, each would hold a connection pool of its own. On Lambda there is one bundle a process and nothing changes.
 * A promise that is rejected is forgotten: the next use tries again.
 */
export function perProcess<T>(name: string, make: () => T): T {
  const key = Symbol.for(`kelvo.${name}`);
  const known: T | undefined = Reflect.get(globalThis, key);
  if (known !== undefined) return known;
  const made = make();
  Reflect.set(globalThis, key, made);
  if (made instanceof Promise)
    made.catch(() => {
      if (Reflect.get(globalThis, key) === made) Reflect.deleteProperty(globalThis, key);
    });
  return made;
}

/** Forgets such a thing and gives it back to be ended: the next use makes another. For tools that change configuration within one process. */
export function forgetPerProcess<T>(name: string): T | undefined {
  const key = Symbol.for(`kelvo.${name}`);
  const known: T | undefined = Reflect.get(globalThis, key);
  Reflect.deleteProperty(globalThis, key);
  return known;
}
