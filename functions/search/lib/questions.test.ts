import { describe, expect, it, test } from 'vitest';
import { mendedWords, questionsOf } from './questions.ts';
import { typedWords } from './typed-words.ts';

/** What `readWords` reads of a catalog that knows some words, and mends others; those it mends to '' are like no other. */
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
    expect(asked('thick wool scarf')).toEqual(['thick wool scarf', 'thick or wool or scarf', 'thick or wool or scarf']);
    expect(asked('wool scarf')).toEqual(['wool scarf', 'wool or scarf']);
    expect(asked('scarf')).toEqual(['scarf']);
  });

  it('leave out what was mended before what was typed, since it is a guess', () => {
    expect(asked('wear wool scarf', { wear: 'bear' })).toEqual(['bear wool scarf', 'wool scarf', 'wool or scarf', 'bear or wool or scarf']);
    expect(asked('lovr coffe', { lovr: 'lever', coffe: 'coffee' })).toEqual(['lever coffee', 'lever or coffee']);
  });

  it('leave out what says nothing in a shop, unless there is nothing else, or it is asked for exactly', () => {
    expect(asked('best gear for camping', {})).toEqual(expect.arrayContaining(['for camping']));
    expect(asked('Something Good')).toEqual(['Something Good', 'Something or Good']);
    expect(asked('best tent', {}, true)).toEqual(['best tent']);
    expect(asked('"best tent"')).toEqual(['"best tent"']);
  });

  it('leave out what nothing is like before what the catalog has', () => {
    expect(asked('qqqq wool scarf', { qqqq: '' })).toEqual(['qqqq wool scarf', 'wool scarf', 'wool or scarf', 'qqqq or wool or scarf']);
  });

  it('leave out for whom, for when, which colour and size before the thing itself', () => {
    expect(asked('black sofa')).toEqual(['black sofa', 'sofa', 'black or sofa']);
    expect(asked("men's wool scarf")).toEqual([
      "men's wool scarf",
      "men's or wool or scarf",
      'wool scarf',
      'wool or scarf',
      "men's or wool or scarf",
    ]);
    expect(asked('small present')).toEqual(['small present', 'small or present']);
  });

  it('keep two neighbours that are one thing together, until nothing is found: then they are two words', () => {
    const words = [
      ...wordsOf('looking glass'),
      { ord: 1, size: 2 as const, query: '', named: '', known: true, also: [`'mirror'`], meant: [] },
    ];
    const questions = questionsOf(typedWords('looking glass'), words, false);
    expect(questions.map(({ q }) => q)).toEqual(['looking glass', 'glass']);
    expect(questions[0]?.tsquery).toContain('mirror');
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
