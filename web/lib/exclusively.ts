let last: Promise<unknown> = Promise.resolve();

/**
 * Runs one thing of a name at a time, over all tabs of this browser. Where there are no Web Locks (a page that is not served
 * securely) at least over this page.
 */
export function exclusively<T>(name: string, run: () => Promise<T>): Promise<T> {
  if (typeof navigator !== 'undefined' && navigator.locks) return navigator.locks.request(name, run) as Promise<T>;
  const next = last.then(run, run);
  last = next.catch(() => undefined);
  return next;
}
