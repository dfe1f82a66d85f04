import { createHmac, timingSafeEqual } from 'node:crypto';
import { required } from '#platform/config.ts';

const tokenBy = (key: string, orderId: string): string => createHmac('sha256', key).update(orderId).digest('base64url');

/** A guest's key to one order: HMAC over its id, so nothing needs to be stored. */
export const orderToken = (orderId: string): string => tokenBy(required('ORDER_TOKEN_KEY')[0], orderId);

/** Whether a token is that of an order, made with the present key or with another one that is good. */
export function opensOrder(token: string | undefined, orderId: string): boolean {
  if (token === undefined) return false;
  const given = Buffer.from(token);
  return required('ORDER_TOKEN_KEY').some((key) => {
    const expected = Buffer.from(tokenBy(key, orderId));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** Tells buyers apart in events without naming them. */
export const buyerOf = (email: string): string =>
  createHmac('sha256', required('ORDER_TOKEN_KEY')[0]).update(`buyer:${email.toLowerCase()}`).digest('hex').slice(0, 24);
