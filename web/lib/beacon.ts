import type { recordBeaconRoute } from '#functions/analytics/lib/contract.ts';
import type { BodyInput } from '#platform/http/contract.ts';
import { recordBeacon } from './routes.ts';

type Kind = BodyInput<typeof recordBeaconRoute>['kind'];

/** So many a beacon may name. */
const most = 50;
/** What is seen within this time goes together. */
const gatherMs = 1_000;

const seen: Record<Kind, Set<string>> = { 'product-view': new Set(), 'ad-impression': new Set() };
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

/** Counts a view of a product's page. */
export const countView = (productId: string): void => count('product-view', productId);

/** Counts that an ad was seen. */
export const countImpression = (adId: string): void => count('ad-impression', adId);

/** Sent a moment later, together with others, by the browser itself: nothing on the page waits for it. */
function count(kind: Kind, id: string): void {
  if (timer === undefined) document.addEventListener('visibilitychange', sendNow); // hidden is the last that a page hears before it ends
  seen[kind].add(id);
  timer ??= setTimeout(sendNow, gatherMs);
  if (seen[kind].size === most) sendNow();
}

function sendNow(): void {
  clearTimeout(timer);
  timer = undefined;
  document.removeEventListener('visibilitychange', sendNow);
  for (const [kind, ids] of Object.entries(seen)) {
    if (ids.size === 0) continue;
    const body = JSON.stringify({ kind, ids: [...ids] });
    ids.clear();
    navigator.sendBeacon?.(recordBeacon.path, new Blob([body], { type: 'application/json' }));
  }
}
