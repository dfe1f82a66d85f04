import { describe, expect, test } from 'vitest';
import { suggestedQueries, wordsSoFar } from './suggested-queries.ts';

const products = [
  { name: 'Nimbus Wireless Headphones', tags: ['noise-cancelling', 'audio'] },
  { name: 'Harlow Wireless Headphones, Sage', tags: ['audio'] },
  { name: 'Harbor Platform Bed', tags: ['headboard'] },
  { name: 'Chef’s Knife', tags: [] },
  { name: 'Crème Brûlée Torch', tags: [] },
  ...[1, 2].map(() => ({ name: 'The Lamp and the Shade', tags: [] })),
];
const asked = (text: string, meant: string[][] = []) => suggestedQueries(products, { words: wordsSoFar(text), meant }, 6);

describe('what is proposed', () => {
  test('completes the word, by how many products are called so, and with its neighbour where several are', () => {
    expect(asked('head')).toEqual(['headphones', 'wireless headphones', 'headboard']);
    expect(asked('wir')).toEqual(['wireless', 'wireless headphones']);
    expect(suggestedQueries(products, { words: ['head'], meant: [] }, 1)).toEqual(['headphones']);
  });

  test('goes past no comma, and from no tag into the next', () => {
    expect(asked('sa')).toEqual(['sage']);
    expect(asked('canc')).toEqual(['cancelling']);
  });

  test('has no words that say nothing alone', () => {
    expect(asked('the')).toEqual([]);
    expect(asked('lam')).toEqual(['lamp']);
  });

  test('keeps the finished words as they were typed', () => {
    expect(suggestedQueries(products.slice(0, 1), { words: wordsSoFar('Nimbus  HEAD'), meant: [] }, 6)).toEqual(['nimbus headphones']);
  });

  test('is spelled as the product is, whether or not it was typed with its accents and apostrophes', () => {
    for (const text of ['cre', 'Crè']) expect(asked(text)).toEqual(['crème']);
    expect(asked('che')).toEqual(['chef’s']);
  });

  test('is not what was typed', () => {
    expect(asked('headphones')).toEqual(['wireless headphones']);
    for (const text of ['audio', 'creme', 'Chefs']) expect(asked(text)).toEqual([]);
  });

  test('has the words that were meant instead of those that were typed', () => {
    expect(asked('wirless hedph', [['wired', 'wireless'], ['headphones']])).toEqual(['wireless headphones']);
    expect(asked('hedph', [['headphones']])).toEqual(['headphones', 'wireless headphones']);
  });
});

test('the words of a text are its letters and digits, ten at most', () => {
  expect(wordsSoFar(`  L'Oréal — WH-1000 'x' & "ÅÄÖ" `)).toEqual(['loreal', 'wh', '1000', 'x', 'aao']);
  expect(wordsSoFar('a b c d e f g h i j k l')).toHaveLength(10);
  expect(wordsSoFar('y'.repeat(200))).toEqual(['y'.repeat(40)]);
  expect(wordsSoFar('!!! — "')).toEqual([]);
  expect(wordsSoFar('\uff9e lamp \uff9e\uff9f')).toEqual(['lamp']);
  expect(wordsSoFar(`a${'𐐨'.repeat(50)}`)).toEqual([`a${'𐐨'.repeat(39)}`]);
});
