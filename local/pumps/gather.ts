/**
 * Makes one piece of work of what is asked for while another is under way: callers at the same time share a commit, and with it the wait for
 * the disk. Each caller gets the outcome of the work that has its items.
 * @param work takes the items of one or more calls, in order
 */
export function gather<Item>(work: (items: readonly Item[]) => Promise<void>): (items: readonly Item[]) => Promise<void> {
  let waiting: Item[] = [];
  let next: Promise<void> | undefined;
  let running: Promise<unknown> = Promise.resolve();
  return (items) => {
    waiting.push(...items);
    next ??= running.then(() => {
      const taken = waiting;
      waiting = [];
      next = undefined;
      const run = work(taken);
      running = run.catch(() => {});
      return run;
    });
    return next;
  };
}
