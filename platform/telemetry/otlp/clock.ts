/** How far the two clocks may drift apart. More than that: the machine's clock was set, or Lambda froze the process and the monotonic clock stood still. */
const toleranceMs = 20;

/**
 * Milliseconds since 1970 with the resolution of the monotonic clock: a statement takes less than one, and `Date.now()` has whole ones.
 * @param wall the machine's clock
 * @param monotonic begins anywhere and never goes back
 */
export function preciseClock(wall: () => number = Date.now, monotonic: () => number = () => performance.now()): () => number {
  let offset = wall() - monotonic();
  return () => {
    const precise = monotonic() + offset;
    const now = wall();
    if (Math.abs(now - precise) <= toleranceMs) return precise;
    offset += now - precise;
    return now;
  };
}
