import { describe, expect, it, test } from 'vitest';
import { mendedWords, questionsOf } from './questions.ts';
import { typedWords } from './typed-words.ts';

/** What `readWords` reads of a catalog that knows some words, and mends others. */
function wordsOf(q: string, mended: Record<string, string> = {}) {
  return typedWords(q).map(({ said }, i) => {
    const meant = mended[said];
    const query = `'${said}'`;
    return {
      ord: i + 1,
      size: 1 as const,
      query,
      named: query,
      known: meant === undefined,
      also: [],
      meant: meant ? [{ word: meant, query: `'${meant}'` }] : [],
    };
  });
}
const asked = (q: string, mended: Record<string, string> = {}, exact = false) =>
  questionsOf(typedWords(q), wordsOf(q, mended), exact).map((question) => question.q);

describe('the questions of a search', () => {
  it('ask for all words, then for all but one of three or four, then for any', () => {
    expect(asked('red wool scarf')).toEqual(['red wool scarf', 'red or wool or scarf', 'red or wool or scarf']);
    expect(asked('wool scarf')).toEqual(['wool scarf', 'wool or scarf']);
    expect(asked('scarf')).toEqual(['scarf']);
  });

  it('leave out what was mended before what was typed, since it is a guess', () => {
    expect(asked('wear red scarf', { wear: 'bear' })).toEqual(['bear red scarf', 'red scarf', 'red or scarf', 'bear or red or scarf']);
    expect(asked('lovr coffe', { lovr: 'lever', coffe: 'coffee' })).toEqual(['lever coffee', 'lever or coffee']);
  });

  it('leave out what says nothing in a shop, unless there is nothing else, or it is asked for exactly', () => {
    expect(asked('best gear for camping', {})).toEqual(expect.arrayContaining(['for camping']));
    expect(asked('Something Good')).toEqual(['Something Good', 'Something or Good']);
    expect(asked('best tent', {}, true)).toEqual(['best tent']);
    expect(asked('"best tent"')).toEqual(['"best tent"']);
  });
});

test('a word is cut between letters, whatever they are', () => {
  const said = (q: string) => typedWords(q).map((one) => one.said);
  expect(said(`a${'𐐨'.repeat(50)}`)).toEqual([`a${'𐐨'.repeat(39)}`]);
  expect(said(`"a${'𐐨'.repeat(50)} b"`)).toEqual([`a${'𐐨'.repeat(39)} b`]);
});

describe('mended words', () => {
  it('are the likeliest, in their places', () => {
    const typed = typedWords('cel phone');
    expect(mendedWords(typed, wordsOf('cel phone', { cel: 'cell' }))?.map(({ said }) => said)).toEqual(['cell', 'phone']);
    expect(mendedWords(typed, wordsOf('cel phone'))).toBeUndefined();
  });
});
