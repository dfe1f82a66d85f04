import { useMemo } from 'react';
import { currentUser, type User, useSession } from '../../lib/session.ts';
import { parseJson, readJson, useStored, writeJson } from '../../lib/storage.ts';

/** What this device remembers of an order placed here or opened by its link: how a guest gets at it again. */
export interface RememberedOrder {
  token?: string;
  /** The account it was placed with; a guest's has none. */
  owner?: string;
  /** Where a guest's confirmation goes. */
  email?: string;
  /** Opened by its link just now: it belongs to whoever reads it first. */
  opened?: boolean;
  placedAt: string;
  /** Still to be paid, as far as this device knows. */
  unpaid?: boolean;
}
type Remembered = Record<string, RememberedOrder>;

const place = 'kelvo.orders';
const kept = 50;

export const rememberedOrder = (id: string): RememberedOrder | undefined => readJson<Remembered>(place)?.[id];

/**
 * Whether an order of this device is for who is signed in. An account's is for that account. A guest's is for guests: whoever signs in may be
 * somebody else, unless their e-mail address is the order's.
 */
export function isFor({ owner, email, opened }: RememberedOrder, user: Pick<User, 'id' | 'email'> | undefined): boolean {
  if (opened) return true;
  if (owner !== undefined) return owner === user?.id;
  return user === undefined || (email !== undefined && email.toLowerCase() === user.email.toLowerCase());
}

/** What opens an order for who is signed in now, if this device has it. */
export function orderToken(id: string): string | undefined {
  const order = rememberedOrder(id);
  return order && isFor(order, currentUser()) ? order.token : undefined;
}

/** Remembers an order, or more about one; the oldest beyond fifty are forgotten. */
export function rememberOrder(id: string, what: Partial<RememberedOrder>): void {
  const all = readJson<Remembered>(place) ?? {};
  const entry: RememberedOrder = { placedAt: new Date().toISOString(), ...all[id], ...what };
  if (JSON.stringify(all[id]) === JSON.stringify(entry)) return;
  writeJson(place, Object.fromEntries(newestFirst({ ...all, [id]: entry }).slice(0, kept)));
}

export const newestFirst = (orders: Remembered): [string, RememberedOrder][] =>
  Object.entries(orders).sort(([, a], [, b]) => b.placedAt.localeCompare(a.placedAt));

/** The orders of this device that are for who is signed in, newest first; none while that is not known. */
export function useMyOrders(): [string, RememberedOrder][] {
  const stored = useStored(place);
  const session = useSession();
  return useMemo(() => {
    if (session.status === 'restoring') return [];
    const user = session.status === 'signed-in' ? session.user : undefined;
    return newestFirst(parseJson<Remembered>(stored) ?? {}).filter(([, order]) => isFor(order, user));
  }, [stored, session]);
}

/** Keeps whose an order is that was opened by its link, once it was read. */
export function settleOwner(id: string): void {
  const order = rememberedOrder(id);
  if (!order?.opened) return;
  const owner = currentUser()?.id;
  rememberOrder(id, { opened: false, ...(owner && { owner }) });
}

/** Forgets the orders of accounts. A guest's stay: without their tokens nobody here could open them again. */
export const forgetAccountOrders = (): void => keep(({ owner }) => owner === undefined);

/** Forgets the orders of guests: from now on they open by the link in their confirmation only. */
export const forgetGuestOrders = (): void => keep(({ owner }) => owner !== undefined);

function keep(wanted: (order: RememberedOrder) => boolean): void {
  writeJson(place, Object.fromEntries(newestFirst(readJson<Remembered>(place) ?? {}).filter(([, order]) => wanted(order))));
}

/** Takes an order's access token out of a link (`/orders/<id>#token=…`) and out of the address bar, where it could be copied or logged. */
export function takeOrderToken(): void {
  const id = /^\/orders\/([0-9a-f-]{36})(\/|$)/i.exec(location.pathname)?.[1];
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!id || !token) return;
  rememberOrder(id, { token, opened: true });
  history.replaceState(history.state, '', location.pathname + location.search);
}
