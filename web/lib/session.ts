import { useSyncExternalStore } from 'react';
import type { Session } from '#functions/auth/lib/contract.ts';
import { exclusively } from './exclusively.ts';
import { type ApiProblem, isProblem, sessionEndedProblem } from './problem.ts';
import { type Request, send } from './request.ts';
import { login, logout, refreshSession, register as registerAccount, type WebRoute } from './routes.ts';
import { read, write } from './storage.ts';

export type User = Session['user'];

/** Who uses this page. `restoring`: somebody was signed in here, and the server is being asked whether they still are. */
export type SessionState =
  | { status: 'restoring' }
  | { status: 'signed-in'; user: User }
  /** `ended`: the session ended without a sign-out. */
  | { status: 'guest'; ended: boolean };

type News = { session: Session } | { ended: boolean };

/** A flag for the next page load that there may be a session. The refresh token itself is an HttpOnly cookie. */
const hintPlace = 'kelvo.session';
/** The refresh token is replaced at each use, so only one tab at a time may use it. */
const lock = 'kelvo.session';
/** A token this close to its expiry is refreshed first: it could expire on the way. */
const marginMs = 30_000;

const listeners = new Set<() => void>();
let state: SessionState = { status: 'guest', ended: false };
/** Kept in memory only: any script on the page can read what is stored. */
let held: { token: string; usableUntil: number } | undefined;
let channel: BroadcastChannel | undefined;
let forget: () => void = () => undefined;

/**
 * Restores the session that this browser may have, and follows changes in its other tabs.
 * @param forgetPerson called when a session ends, to remove that person's data from this device
 */
export function startSession(forgetPerson: () => void): void {
  forget = forgetPerson;
  if (typeof BroadcastChannel !== 'undefined') {
    channel = new BroadcastChannel('kelvo.session');
    channel.onmessage = ({ data }: MessageEvent<News>) => ('session' in data ? hold(data.session) : become({ status: 'guest', ...data }));
  }
  // A page restored from the back/forward cache has missed the other tabs' messages.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted && state.status === 'signed-in' && !read(hintPlace)) become({ status: 'guest', ended: false });
  });
  if (!read(hintPlace)) return;
  become({ status: 'restoring' });
  restore();
}

/** Retries until it is known whether there is a session: an outage does not end one. Calls that need the session ask too, and fail meanwhile. */
function restore(failures = 0): void {
  refresh().catch(() => {
    setTimeout(() => state.status === 'restoring' && restore(failures + 1), Math.min(1000 * 2 ** failures, 30_000));
  });
}

export const signIn = (request: Request<NonNullable<typeof login.contract>>) => begin(login, request);
export const register = (request: Request<NonNullable<typeof registerAccount.contract>>) => begin(registerAccount, request);

const begin = <R extends NonNullable<typeof login.contract | typeof registerAccount.contract>>(route: WebRoute<R>, request: Request<R>) =>
  exclusively(lock, async () => keepSession((await send(route, request)) as Session));

/** Stores the session of an answer, and tells the other tabs. */
export function keepSession(session: Session): void {
  write(hintPlace, '1');
  hold(session);
  channel?.postMessage({ session } satisfies News);
}

/** Makes a call that answers with a new session and sets a new cookie. */
export const renewSession = (ask: (accessToken: string | undefined) => Promise<Session>): Promise<void> =>
  asShopper((accessToken) => exclusively(lock, async () => keepSession(await ask(accessToken))));

/** Updates the signed-in person after the server has saved a change. */
export function renameUser(name: string): void {
  if (state.status === 'signed-in') become({ ...state, user: { ...state.user, name } }, held);
}

/** Signs out, on the server first: if that fails, the session continues. */
export const signOut = (): Promise<void> =>
  exclusively(lock, async () => {
    await send(logout, {});
    end(false);
  });

/**
 * Calls with the signed-in user's access token. If it is refused, it is refreshed once and the call repeated; if the session has
 * ended the call fails, and is not made as a guest.
 */
export async function asShopper<T>(ask: (accessToken: string | undefined) => Promise<T>): Promise<T> {
  const token = await accessToken();
  const asker = userId();
  try {
    return await ask(token);
  } catch (error) {
    if (token === undefined || !isProblem(error, 'unauthenticated')) throw error;
    const next = await accessToken(token);
    if (userId() !== asker) throw error; // another person has signed in since
    return ask(next);
  }
}

/** @param refused a token that the server did not take */
async function accessToken(refused?: string): Promise<string | undefined> {
  if (state.status === 'guest' && refused === undefined) return undefined;
  const restoring = state.status === 'restoring';
  if (!held || held.token === refused || Date.now() >= held.usableUntil) await refresh();
  if (!held && !restoring) throw sessionEndedProblem();
  return held?.token;
}

/** The one who is signed in now; undefined for a guest, and while that is not known yet. */
export const currentUser = (): User | undefined => (state.status === 'signed-in' ? state.user : undefined);

/** Waits until it is known whose page this is. @throws ApiProblem while the server cannot say */
export async function sessionKnown(): Promise<void> {
  if (state.status === 'restoring') await refresh();
}

const userId = () => currentUser()?.id;

let refreshing: Promise<void> | undefined;

function refresh(): Promise<void> {
  const stale = held?.token;
  refreshing ??= exclusively(lock, async () => {
    if (state.status === 'guest' || held?.token !== stale) return; // another tab has refreshed already
    try {
      keepSession(await send(refreshSession, {}));
    } catch (error) {
      if (isPassing(error)) throw error;
      end(true);
    }
  }).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

const isPassing = (error: unknown): error is ApiProblem => !isProblem(error) || error.passing;

function end(ended: boolean): void {
  write(hintPlace, null);
  forget();
  become({ status: 'guest', ended });
  channel?.postMessage({ ended } satisfies News);
}

function hold({ user, accessToken, expiresIn }: Session): void {
  become({ status: 'signed-in', user }, { token: accessToken, usableUntil: Date.now() + expiresIn * 1000 - marginMs });
}

function become(next: SessionState, token?: typeof held): void {
  held = token;
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Who is signed in; updates when any tab changes it. */
export const useSession = (): SessionState => useSyncExternalStore(subscribe, () => state);

/** The signed-in user; undefined for a guest, and while it is not known yet. */
export function useUser(): User | undefined {
  const session = useSession();
  return session.status === 'signed-in' ? session.user : undefined;
}
