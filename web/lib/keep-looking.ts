import { soonestMs, waitMs } from './look-again.ts';
import { isProblem } from './problem.ts';
import { roomLeft } from './room-left.ts';

/** What a look found. `data` is the very same object as before while nothing has changed. */
export interface Found {
  data: unknown;
  error: unknown;
}

/**
 * Looks again and again at something that may change on the server, while somebody can see the page; `waitMs` says how soon. A page that is
 * hidden or offline does not look. Once it is visible, focused or online again it looks at once.
 * @param ended no change is to come any more: only a reader who comes back has it looked at
 * @param onFailures told after each look how many have failed in a row
 * @returns what ends it
 */
export function keepLooking(
  look: () => Promise<Found>,
  { ended, onFailures }: { ended: boolean; onFailures: (failures: number) => void },
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last: unknown;
  let quietSince = Date.now();
  let nextAllowedAt = Date.now() + soonestMs;
  let failures = 0;
  let looking = false;
  let over = false;

  const mayLook = () => document.visibilityState === 'visible' && navigator.onLine;
  const lookAfter = (ms: number) => {
    clearTimeout(timer);
    // Up to a tenth later, so that pages which an outage has brought into step fall out of it again.
    timer = setTimeout(lookNow, Math.max(0, ms) * (1 + Math.random() / 10));
  };
  const lookNow = async () => {
    if (looking || !mayLook()) return; // whoever comes back looks again
    looking = true;
    const { data, error } = await look();
    looking = false;
    if (over) return;
    failures = error ? failures + 1 : 0;
    onFailures(failures);
    if (data !== last) quietSince = Date.now();
    last = data;
    const retryAfter = isProblem(error) ? error.retryAfter : undefined;
    nextAllowedAt = Date.now() + Math.max(soonestMs, (retryAfter ?? 0) * 1_000);
    if (!ended) lookAfter(waitMs({ quietMs: Date.now() - quietSince, failures, retryAfter, room: roomLeft() }));
  };
  const comeBack = () => {
    clearTimeout(timer);
    if (!mayLook()) return;
    quietSince = Date.now();
    if (!looking) lookAfter(nextAllowedAt - Date.now());
  };

  document.addEventListener('visibilitychange', comeBack);
  for (const event of ['focus', 'online', 'offline']) window.addEventListener(event, comeBack);
  if (!ended) lookAfter(soonestMs);
  return () => {
    over = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', comeBack);
    for (const event of ['focus', 'online', 'offline']) window.removeEventListener(event, comeBack);
  };
}
