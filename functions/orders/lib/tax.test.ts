import fc from 'fast-check';
import { expect, test } from 'vitest';
import { taxContained } from './tax.ts';

const countries = [
  'AT',
  'AU',
  'BE',
  'CA',
  'CH',
  'CN',
  'DE',
  'DK',
  'ES',
  'FI',
  'FR',
  'GB',
  'IE',
  'IT',
  'JP',
  'NL',
  'NO',
  'NZ',
  'PL',
  'PT',
  'SE',
];

test('the tax is the part of the total that its rate makes', () => {
  expect(taxContained(11_900, 'DE')).toBe(1_900);
  expect(taxContained(12_550, 'FI')).toBe(2_550);
  expect(taxContained(11_000, 'JP')).toBe(1_000);
  expect(taxContained(10_810, 'CH')).toBe(810);
  expect(taxContained(100, 'DE')).toBe(16); // 15.97
  expect(taxContained(0, 'DE')).toBe(0);
});

test('where no rate is known there is no tax line', () => {
  for (const country of ['US', 'BR', 'ZZ', '']) expect(taxContained(10_000, country)).toBe(0);
});

test('what is left is never negative, and adds up with the tax by the rate, half a unit at most', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000_000 }), fc.constantFrom(...countries), (total, country) => {
      const tax = taxContained(total, country);
      const rate = taxContained(10 ** 9, country) / (10 ** 9 - taxContained(10 ** 9, country));
      expect(tax).toBeLessThan(total + 1);
      expect(Math.abs(tax - (total - total / (1 + rate)))).toBeLessThanOrEqual(0.6 + total * 1e-9);
      expect(taxContained(total + 1, country)).toBeGreaterThanOrEqual(tax);
    }),
  );
});
