import { useMemo } from 'react';
import { parseJson, readJson, useStored, writeJson } from '../../lib/storage.ts';

/** What this device remembers of an order placed here or opened by its link: how a guest gets at it again. */
export interface RememberedOrder {
  token?: string;
  /** The account it was placed with; a guest's has none. */
  owner?: string;
  placedAt: string;
  /** Still to be paid, as far as this device knows. */
  unpaid?: boolean;
}
type Remembered = Record<string, RememberedOrder>;

const place = 'kelvo.orders';
const kept = 50;

export const rememberedOrder = (id: string): RememberedOrder | undefined => readJson<Remembered>(place)?.[id];
export const orderToken = (id: string): string | undefined => rememberedOrder(id)?.token;

/** Remembers an order, or more about one; the oldest beyond fifty are forgotten. */
export function rememberOrder(id: string, what: Partial<RememberedOrder>): void {
  const all = readJson<Remembered>(place) ?? {};
  const entry: RememberedOrder = { placedAt: new Date().toISOString(), ...all[id], ...what };
  if (JSON.stringify(all[id]) === JSON.stringify(entry)) return;
  writeJson(place, Object.fromEntries(newestFirst({ ...all, [id]: entry }).slice(0, kept)));
}

export const newestFirst = (orders: Remembered): [string, RememberedOrder][] =>
  Object.entries(orders).sort(([, a], [, b]) => b.placedAt.localeCompare(a.placedAt));

/** The orders this device knows of a guest and, where one is signed in, of that shopper; newest first. */
export function useMyOrders(owner?: string): [string, RememberedOrder][] {
  const stored = useStored(place);
  return useMemo(
    () => newestFirst(parseJson<Remembered>(stored) ?? {}).filter(([, order]) => order.owner === undefined || order.owner === owner),
    [stored, owner],
  );
}

/** Forgets the orders of accounts. A guest's stay: without their tokens nobody here could open them again. */
export function forgetAccountOrders(): void {
  const guests = newestFirst(readJson<Remembered>(place) ?? {}).filter(([, order]) => order.owner === undefined);
  writeJson(place, Object.fromEntries(guests));
}

/** Takes an order's access token out of a link (`/orders/<id>#token=…`) and out of the address bar, where it could be copied or logged. */
export function takeOrderToken(): void {
  const id = /^\/orders\/([0-9a-f-]{36})(\/|$)/i.exec(location.pathname)?.[1];
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!id || !token) return;
  rememberOrder(id, { token });
  history.replaceState(history.state, '', location.pathname + location.search);
}
