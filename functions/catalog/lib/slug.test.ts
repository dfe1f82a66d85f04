import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Slug } from './contract.ts';
import { slugsFor } from './slug.ts';

const id = '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071';

test('a slug is the letters and digits of a name', () => {
  expect(slugsFor("  Chef's Crème brûlée -- 2.0!", 'product', id)).toEqual(['chefs-creme-brulee-2-0', 'chefs-creme-brulee-2-0-4e5f6071']);
  expect(slugsFor('Große Tasse', 'product', id)[0]).toBe('grosse-tasse');
});

test('every Latin letter keeps one, also those that are no plain letter with a mark', () => {
  for (const [name, slug] of [
    ['Œuvre complète', 'oeuvre-complete'],
    ['Ærø Kaffe', 'aero-kaffe'],
    ['SMØRREBRØD', 'smorrebrod'],
    ['Łódź Đakovo', 'lodz-dakovo'],
    ['STRAẞE & Straße', 'strasse-strasse'],
    ['Þórður Íð', 'thordur-id'],
    ['Iğdır ışık İstanbul', 'igdir-isik-istanbul'],
    ['Ħal Għaxaq', 'hal-ghaxaq'],
    ['Đồng hồ', 'dong-ho'],
    ['ﬁne Ｔｅａ №5', 'fine-tea-no5'],
  ] as const)
    expect([name, slugsFor(name, 'product', id)[0]]).toEqual([name, slug]);
});

test('a name without Latin letters is told by its id', () => {
  expect(slugsFor('茶碗', 'product', id)).toEqual(['product-4e5f6071']);
});

test('whatever the name, a slug is one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (name) => {
      for (const slug of slugsFor(name, 'category', id)) expect(Slug.safeParse(slug).success, slug).toBe(true);
    }),
  );
});
