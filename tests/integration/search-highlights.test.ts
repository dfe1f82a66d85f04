import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Shop, startShop } from '#tests/support/shop.ts';

describe('the highlight of a found description', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop();
  });
  afterAll(() => shop?.end());

  const describeKite = (description: string) =>
    shop.database.query("update products set description = $1 where slug = 'skylark-kite'", [description]);
  async function highlightOf(word: string): Promise<string> {
    const { body } = await shop.call(`/api/search?q=${word}`);
    expect(body.items).toHaveLength(1);
    return body.items[0].highlights.description;
  }

  test('is the whole text where it is short: it does not begin in the midst of a sentence', async () => {
    const start = `${'It flies in a light breeze and in a strong one. '.repeat(5)}Red <b>& blue.`;
    await describeKite(`${start} Its tail is quixotic.`);
    const escaped = start.replace('&', '&amp;').replace('<b>', '&lt;b&gt;');
    expect(await highlightOf('quixotic')).toBe(`${escaped} Its tail is <mark>quixotic</mark>.`);
  });

  test('is the part that was found where it is long', async () => {
    await describeKite(`${'It flies in a light breeze and in a strong one. '.repeat(40)}Its tail is quixotic.`);
    const highlight = await highlightOf('quixotic');
    expect(highlight).toContain('<mark>quixotic</mark>');
    expect(highlight.length).toBeLessThan(400);
  });

  test('is of as much of the text as is searched, however much there is', async () => {
    await describeKite(
      `A quixotic kite. ${'It flies in a light breeze and in a strong one. '.repeat(50)}Its quixotic tail, a quixotic kite.`,
    );
    expect(await highlightOf('quixotic+kite')).toMatch(/^<mark>quixotic<\/mark> <mark>kite<\/mark>\. It flies/);
  });
});
