let last: Promise<unknown> = Promise.resolve();

/**
 * Runs one task of a name at a time across all tabs of this browser. Without Web Locks (a page that is not served securely) only
 * within this page.
 */
export function exclusively<T>(name: string, run: () => Promise<T>): Promise<T> {
  if (typeof navigator !== 'undefined' && navigator.locks) return navigator.locks.request(name, run) as Promise<T>;
  const next = last.then(run, run);
  last = next.catch(() => undefined);
  return next;
}
