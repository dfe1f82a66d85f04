import { hash } from 'node:crypto';
import type { Address } from '#functions/orders/lib/contract.ts';
import type { Chances } from './chances-of.ts';

/** Nobody can have a mailbox there (RFC 2606), so their mails stay in the shop's own. */
const domain = 'traffic.example';

const firstNames = 'Ada Ben Cleo Dora Emil Fay Gus Hana Ivo June Kit Lena Milo Nora Otto Pia Quinn Rosa Sven Tess Uma Vera Wim Yara'.split(
  ' ',
);
const lastNames = 'Abel Berg Costa Diaz Ekman Fuchs Grant Hale Ito Jansen Kern Lund Moreau Novak Okoye Park Reyes Sato Toth Weber'.split(
  ' ',
);

type Place = Omit<Address, 'name'>;
const places: readonly Place[] = [
  { line1: '410 Larch Street', city: 'Portland', region: 'OR', postalCode: '97205', country: 'US' },
  { line1: '88 Mercer Avenue', line2: 'Apt 5', city: 'New York', region: 'NY', postalCode: '10012', country: 'US' },
  { line1: '1207 Blue Heron Drive', city: 'Austin', region: 'TX', postalCode: '78704', country: 'US' },
  { line1: 'Ahornweg 12', city: 'Berlin', postalCode: '10115', country: 'DE' },
  { line1: '7 Mill Lane', city: 'Leeds', postalCode: 'LS1 4DT', country: 'GB' },
  { line1: '23 rue des Tilleuls', city: 'Lyon', postalCode: '69002', country: 'FR' },
];

/** A made-up shopper. */
export interface Person {
  name: string;
  /** Of the account, where there is one. The same people come in every run, so that accounts do not become more and more. */
  accountEmail: string;
  password: string;
  /** That orders are placed with: names the run, by which its orders are found again. */
  orderEmail: string;
  address: Address;
}

/**
 * Who shops.
 * @param tag of the run: lower-case letters and digits
 */
export function personOf(chances: Chances, tag: string): Person {
  const first = chances.oneOf(firstNames) ?? '';
  const last = chances.oneOf(lastNames) ?? '';
  const place = chances.oneOf(places) as Place;
  const local = `${first}.${last}`.toLowerCase();
  return {
    name: `${first} ${last}`,
    accountEmail: `${local}@${domain}`,
    password: `${local}-shops-here`,
    orderEmail: `${local}${ofRun(tag)}`,
    address: { name: `${first} ${last}`, ...place },
  };
}

/** How the e-mail addresses end that a run's orders are placed with. */
export const ofRun = (tag: string): string => `+${tag}@${domain}`;

/**
 * Ids that a browser would make up (carts, `Idempotency-Key`s), as UUIDs of version 8 (RFC 9562: by a rule of one's own). Of the run's tag and not of its
 * seed alone: the second run of a seed would get the first one's carts and orders otherwise.
 */
export function idsOf(tag: string, seed: number): () => string {
  let count = 0;
  return () => {
    count += 1;
    const hex = hash('sha256', `${tag}/${seed}/${count}`, 'hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  };
}
