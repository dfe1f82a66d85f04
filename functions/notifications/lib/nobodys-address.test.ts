import { expect, test } from 'vitest';
import { isNobodys } from './nobodys-address.ts';

test.each([
  'ada@example.com',
  'ada@Example.COM',
  'ada@mail.example.org',
  'ada@shop.example',
  'ada@kelvo.test',
  'a@b.invalid',
  'root@localhost',
  'demo@rumshop.com',
  '"a@gmail.com"@example.net',
])('%s belongs to nobody', (address) => {
  expect(isNobodys(address)).toBe(true);
});

test.each(['ada@gmail.com', 'ada@myexample.com', 'ada@example.co', 'ada@test.de', 'example.com@gmail.com', 'ada@rumshop.community'])(
  '%s may be somebody’s',
  (address) => {
    expect(isNobodys(address)).toBe(false);
  },
);
