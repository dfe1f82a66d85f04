import { createHash } from 'node:crypto';

/**
 * The same UUIDv7 for the same instant and key, always: seeds that run twice meet their own rows.
 * @param at the instant in the id's first 48 bits
 * @param key what the row is, e.g. `product:aero-14-laptop`
 */
export function seedId(at: Date, key: string): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(key).digest('hex');
  const variant = '89ab'.charAt(Number.parseInt(hash.charAt(3), 16) % 4);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}

/** The demo accounts' ids, wherever those are seeded: the orders of `demo@rumshop.com` belong to it, the admin packed and sent them. */
export const demoUserId = seedId(new Date('2025-11-20T08:00:00.000Z'), 'user:demo@rumshop.com');
export const adminUserId = seedId(new Date('2025-11-20T08:00:00.000Z'), 'user:admin@rumshop.com');
