/**
 * A singleton of the whole process. Each bundle has its own copy of every module, and the local gateway loads all bundles into one process:
 * with plain module variables, each would open a connection pool of its own. On Lambda there is one bundle a process.
 * A promise that rejects is dropped, so the next use tries again.
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

/** A singleton that somebody has made, for whoever only looks at it. Promises are not looked into. */
export const knownPerProcess = <T>(name: string): T | undefined => Reflect.get(globalThis, Symbol.for(`kelvo.${name}`));

/** Drops a singleton and returns it, so that the caller can close it. For tools that change configuration within one process. */
export function forgetPerProcess<T>(name: string): T | undefined {
  const key = Symbol.for(`kelvo.${name}`);
  const known: T | undefined = Reflect.get(globalThis, key);
  Reflect.deleteProperty(globalThis, key);
  return known;
}
