import { expect, test } from 'vitest';
import { textNumberOf } from './text-number.ts';

test('a phone number as it is written in its country, or from abroad, is one number', async () => {
  const numbers = await Promise.all(
    [
      ['(202) 555-0100', 'US'],
      ['07911 123456', 'GB'],
      ['0044 7911 123456', 'GB'],
      ['+44 7911 123456', 'US'],
      ['+49 (0)171 1234567', 'DE'],
      ['0171/1234567', 'DE'],
    ].map(([phone = '', country = '']) => textNumberOf(phone, country)),
  );
  expect(numbers).toEqual(['+12025550100', '+447911123456', '+447911123456', '+447911123456', '+491711234567', '+491711234567']);
});

test('what no text message can reach has no number: none of its country, too short, or an extension of a switchboard', async () => {
  const phones = ['(555) 010-9999', '12345', '1231231231231', '(202) 555-0100 ext. 12'];
  expect(await Promise.all(phones.map((phone) => textNumberOf(phone, 'US')))).toEqual(phones.map(() => undefined));
});

test('a number that costs its caller extra, or belongs to no mobile phone, gets no text messages', async () => {
  const phones = ['+1 900 555 0100', '+49 900 1234567', '+31 900 123456', '+44 20 7946 0000'];
  expect(await Promise.all(phones.map((phone) => textNumberOf(phone, 'US')))).toEqual(phones.map(() => undefined));
});

test('a country without a numbering plan needs the number as it is dialled from abroad', async () => {
  // The Pitcairn Islands share New Zealand's plan, and the metadata has no entry for them.
  expect([await textNumberOf('021 123 4567', 'PN'), await textNumberOf('+64 21 123 4567', 'PN')]).toEqual([undefined, '+64211234567']);
});
