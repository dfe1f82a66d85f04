import { type RefCallback, useCallback } from 'react';
import { countImpression } from '../../lib/beacon.ts';
import { whileVisible } from '../../lib/while-visible.ts';

/** So much of an ad, for so long, and somebody has seen it: the Media Rating Council's measure of a viewable impression. */
const share = 0.5;
const forMs = 1_000;

/** Counts an impression of an ad, once, when it has really been on screen. @returns the ref of what shows it */
export function useImpression(adId: string | undefined): RefCallback<Element> {
  return useCallback(
    (element) => {
      if (!element || adId === undefined) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const stop = whileVisible(element, share, (visible) => {
        clearTimeout(timer);
        timer = visible ? setTimeout(seen, forMs) : undefined;
      });
      const end = () => {
        clearTimeout(timer);
        stop();
      };
      const seen = () => {
        end();
        countImpression(adId);
      };
      return end;
    },
    [adId],
  );
}
