import type { Money } from '#platform/money.ts';
import { type Chances, choicesOf } from './chances-of.ts';
import { idsOf, type Person, personOf } from './people.ts';

/** Somebody on a journey, and what this person has in hand. */
export interface Shopper {
  chances: Chances;
  person: Person;
  newId: () => string;
  /** The cart's, which is there from the first piece on. */
  sessionId: string;
  /** That prices are shown in; undefined: the shop's own. */
  currency?: Money['currency'];
  /** Once signed in. */
  accessToken?: string;
}

/** @param tag of the run: lower-case letters and digits */
export function shopperOf(seed: number, tag: string): Shopper {
  const chances = choicesOf(seed);
  const newId = idsOf(tag, seed);
  return { chances, person: personOf(chances, tag), newId, sessionId: newId() };
}

/** The query of a priced read. */
export const pricedFor = ({ currency }: Shopper) => (currency === undefined ? {} : { currency });

/** Looks at a page before going on, in milliseconds. */
export const readingMs = ({ chances }: Shopper): number => chances.time(3_000);
