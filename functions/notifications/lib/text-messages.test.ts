import { expect, test } from 'vitest';
import { parcelText } from './text-messages.ts';

const number = 'K-9HT3-B6WN';
const page = '/orders/019a8d5e-2c10-7f5e-9a14-5d2b7c3e8f01';
const token = `#token=${'A'.repeat(43)}`;

test('news of a parcel fits one text message, with the link that opens the order', () => {
  const guest = parcelText('shipped', { number, orderUrl: `https://shop.kelvo.example${page}${token}` });
  expect(guest).toBe(`Kelvo: order K-9HT3-B6WN is on its way. https://shop.kelvo.example${page}${token}`);
  expect(guest.length).toBeLessThanOrEqual(160);
  expect(parcelText('delivered', { number, orderUrl: `https://shop.kelvo.example${page}` })).toBe(
    `Kelvo: order K-9HT3-B6WN has arrived. https://shop.kelvo.example${page} STOP ends these`,
  );
});

test('a link that does not fit is left to the mail', () => {
  const text = parcelText('shipped', { number, orderUrl: `https://d111111abcdef8.cloudfront.example${page}${token}` });
  expect(text).toBe('Kelvo: order K-9HT3-B6WN is on its way. Your mail has the link.');
});

test('every character is of the GSM alphabet: another one would halve what a message holds', () => {
  const text = parcelText('shipped', { number, orderUrl: `https://shop.kelvo.example${page}#token=aZ0-_` });
  expect(text).toMatch(/^[A-Za-z0-9 .,:/#=_-]+$/);
});
