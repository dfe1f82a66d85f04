/** The longest delay that setTimeout takes. */
const longestMs = 2 ** 31 - 1;

export interface Repeated {
  /** Runs the step now, or again right after the run under way. */
  wake(): void;
  /** Waits for the run under way. */
  stop(): Promise<void>;
}

/**
 * Runs a step whenever it is woken, and again when the time has come that it named: never twice at once, and never in between.
 * @param step gives the milliseconds until there may be something to do; null: not before it is woken
 * @param failed is told when the step throws; it runs again a second later
 */
export function repeat(step: () => Promise<number | null>, failed: (error: unknown) => void): Repeated {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  async function run(): Promise<void> {
    do {
      again = false;
      clearTimeout(timer);
      const waitMs = await step().catch((error) => {
        failed(error);
        return 1_000;
      });
      if (waitMs !== null && !stopped) timer = setTimeout(wake, Math.min(Math.max(waitMs, 0), longestMs));
    } while (again && !stopped);
    running = undefined;
    if (stopped) clearTimeout(timer);
  }

  function wake(): void {
    if (stopped) return;
    if (running) again = true;
    else running = run();
  }

  return {
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
