import { randomInt } from 'node:crypto';

// Crockford's base 32: no I, L, O or U, so a number survives being read out and written down.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A random order number for people, `K-XXXX-XXXX`: it tells nothing about how many orders there are. */
export function newOrderNumber(): string {
  const part = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `K-${part()}-${part()}`;
}
