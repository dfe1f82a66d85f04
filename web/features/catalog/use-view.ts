import { useEffect } from 'react';
import { countView, onceVisible } from '../../lib/beacon.ts';

/** Counts a view of a product each time its page is shown. @param id undefined until the product is there */
export function useView(id: string | undefined): void {
  useEffect(() => (id === undefined ? undefined : onceVisible(() => countView(id))), [id]);
}
