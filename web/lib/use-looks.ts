import { useEffect, useEffectEvent, useState } from 'react';
import { type Found, keepLooking } from './keep-looking.ts';

/**
 * Keeps looking while the component is there.
 * @param ended nothing more is to come
 * @returns how many looks in a row have failed
 */
export function useLooks(look: () => Promise<Found>, ended: boolean): number {
  const [failures, setFailures] = useState(0);
  const lookNow = useEffectEvent(look);
  useEffect(() => keepLooking(() => lookNow(), { ended, onFailures: setFailures }), [ended]);
  return failures;
}
