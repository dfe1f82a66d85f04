import { expect, test } from 'vitest';
import { currencyOfRegion } from './currency.ts';

test.each([
  ['en-US', 'USD'],
  ['en', 'USD'],
  ['es-MX', 'USD'],
  ['sv-SE', 'USD'],
  ['', 'USD'],
  ['no language!', 'USD'],
  ['de', 'EUR'],
  ['de-AT', 'EUR'],
  ['bg-BG', 'EUR'],
  ['en-IE', 'EUR'],
  ['fr-CA', 'CAD'],
  ['de-CH', 'CHF'],
  ['de-LI', 'CHF'],
  ['en-GB', 'GBP'],
  ['en-AU', 'AUD'],
  ['ja', 'JPY'],
  ['zh-CN', 'CNY'],
  ['zh-Hant-TW', 'USD'],
])('who has set "%s" sees prices in %s at first', (language, currency) => {
  expect(currencyOfRegion(language)).toBe(currency);
});
