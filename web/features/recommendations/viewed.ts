import { useEffect, useMemo, useRef } from 'react';
import { type SessionState, useSession } from '../../lib/session.ts';
import { parseJson, readJson, useStored, write, writeJson } from '../../lib/storage.ts';

/** The products that somebody looked at on this device, the last one first. They are kept here and told to nobody. */
export interface Viewed {
  /** The account that they are of; a guest's have none. */
  owner?: string;
  ids: string[];
}

const place = 'kelvo.viewed';
const most = 12;

/** What is kept once a person has looked at one more. A list is one person's: it ends where somebody else begins theirs. */
export function withViewed(known: Viewed | undefined, id: string, owner: string | undefined): Viewed {
  const before = known && known.owner === owner ? idsOf(known) : [];
  return { ...(owner && { owner }), ids: [id, ...before.filter((each) => each !== id)].slice(0, most) };
}

/**
 * What is shown of it: nothing of one person's to another. While it is not known yet whose page this is, an account's list may only keep its
 * room (`known: false`).
 */
export function viewedFor(viewed: Viewed | undefined, session: SessionState): { ids: string[]; known: boolean } {
  const who = session.status === 'restoring' ? viewed?.owner : session.status === 'signed-in' ? session.user.id : undefined;
  const nobody = session.status === 'restoring' && who === undefined;
  return { ids: viewed && viewed.owner === who && !nobody ? idsOf(viewed) : [], known: session.status !== 'restoring' };
}

/** What is stored may have been written by an earlier release, or by hand. */
const idsOf = ({ ids }: Viewed): string[] => (Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []);

/**
 * Keeps that a product was looked at, by whoever opened its page: who signs out on it does not leave it to the next person.
 * @param id undefined until the product is there
 */
export function useRememberViewed(id: string | undefined): void {
  const session = useSession();
  const known = session.status !== 'restoring';
  const owner = session.status === 'signed-in' ? session.user.id : undefined;
  const kept = useRef<string>(undefined);
  useEffect(() => {
    if (id === undefined || !known || kept.current === id) return;
    kept.current = id;
    writeJson(place, withViewed(readJson<Viewed>(place), id, owner));
  }, [id, known, owner]);
}

/** What whoever uses this page looked at on this device. */
export function useViewed(): { ids: string[]; known: boolean } {
  const stored = useStored(place);
  const session = useSession();
  return useMemo(() => viewedFor(parseJson<Viewed>(stored), session), [stored, session]);
}

/** Forgets one product, e.g. because it is off the shelf. */
export function forgetViewed(id: string): void {
  const viewed = readJson<Viewed>(place);
  if (viewed && idsOf(viewed).includes(id)) writeJson(place, { ...viewed, ids: idsOf(viewed).filter((each) => each !== id) });
}

/** Forgets all of them. */
export const forgetAllViewed = (): void => write(place, null);

/** Forgets those of an account. */
export function forgetAccountViewed(): void {
  if (readJson<Viewed>(place)?.owner !== undefined) forgetAllViewed();
}
