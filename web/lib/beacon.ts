import { recordBeacon } from './routes.ts';

/** So many a beacon may name. */
const most = 50;
/** What is seen within this time goes together. */
const gatherMs = 1_000;

let seen = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Calls back once the page can be seen, now or later: a page in a background tab, or one that the browser renders ahead, has not been seen by anybody.
 * @returns what gives up waiting
 */
export function onceVisible(callBack: () => void): () => void {
  const look = () => {
    if (document.visibilityState !== 'visible') return;
    document.removeEventListener('visibilitychange', look);
    callBack();
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => document.removeEventListener('visibilitychange', look);
}

/** Counts a view of a product's page. Sent a moment later, together with others, by the browser itself: nothing on the page waits for it. */
export function countView(productId: string): void {
  if (seen.size === 0) document.addEventListener('visibilitychange', sendNow); // hidden is the last that a page hears before it ends
  seen.add(productId);
  timer ??= setTimeout(sendNow, gatherMs);
  if (seen.size === most) sendNow();
}

function sendNow(): void {
  clearTimeout(timer);
  timer = undefined;
  document.removeEventListener('visibilitychange', sendNow);
  const body = JSON.stringify({ kind: 'product-view', ids: [...seen] });
  seen = new Set();
  navigator.sendBeacon?.(recordBeacon.path, new Blob([body], { type: 'application/json' }));
}
