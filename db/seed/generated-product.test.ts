import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { categories } from './catalog.ts';
import { type GeneratedProduct, generatedProduct } from './generated-product.ts';
import { vocabularySize, wordOfRank } from './vocabulary.ts';

const some = Array.from({ length: 20_000 }, (_, i) => generatedProduct(i + 1));
const share = (is: (product: GeneratedProduct) => boolean) => some.filter(is).length / some.length;
const distinct = (value: (product: GeneratedProduct) => string) => new Set(some.map(value)).size;

describe('The generated products', () => {
  it('are the same whenever they are made, and none is another', () => {
    expect([77, 3, 12_345].map(generatedProduct)).toEqual([some[76], some[2], some[12_344]]);
    expect([distinct(({ id }) => id), distinct(({ name }) => name), distinct(({ slug }) => slug)]).toEqual([20_000, 20_000, 20_000]);
  });

  it('have ids, slugs, tags, prices and pictures as the shop asks for', () => {
    const known = new Set(categories.map(({ id }) => id));
    for (const { id, slug, tags, price_amount, stock, category_id, popularity } of some) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(new Set(tags).size, slug).toBeGreaterThanOrEqual(3);
      expect(Number.isInteger(price_amount) && price_amount > 0 && stock >= 60 && popularity >= 0 && popularity <= 1_000, slug).toBe(true);
      expect(known.has(category_id), slug).toBe(true);
    }
    const web = join(import.meta.dirname, '../../web/public');
    for (const image of new Set(some.map(({ image_url }) => image_url))) expect(existsSync(join(web, image)), image).toBe(true);
  });

  it('have descriptions from a line to a page, a few of which are too long to stay in their row', () => {
    const lengths = some.map(({ description }) => description.length).sort((a, b) => a - b);
    expect(lengths[0]).toBeGreaterThan(30);
    expect(lengths.at(-1)).toBe(5_000);
    expect(share(({ description }) => description.length > 2_000)).toBeCloseTo(1 / 2_000, 3);
    expect(lengths[lengths.length / 2]).toBeLessThan(200);
    expect(lengths[Math.floor(lengths.length * 0.95)]).toBeGreaterThan(500);
  });

  it('share one word with a third of them, another with one in 24, and some words with nobody', () => {
    expect(share(({ description }) => / house /.test(description))).toBeCloseTo(1 / 3, 1);
    expect(share(({ tags }) => tags.includes('vintage'))).toBeCloseTo(1 / 24, 2);
    expect(share(({ name }) => /\b[A-Z]{2}-?\d{3,4}[A-Z]?\b/.test(name))).toBeCloseTo(1 / 4, 1);
    const met = new Map<string, number>();
    for (const { description } of some) for (const word of new Set(description.match(/\p{L}+/gu))) met.set(word, (met.get(word) ?? 0) + 1);
    const ranks = [0, 9, 99, 999].map((rank) => met.get(wordOfRank(rank)) ?? 0);
    for (const [i, often] of ranks.slice(1).entries()) expect(often).toBeLessThan((ranks[i] ?? 0) / 3);
    expect([...met.values()].filter((often) => often === 1).length).toBeGreaterThan(5_000);
  });

  it('take their words from tens of thousands, many with accents', () => {
    const words = new Set(Array.from({ length: vocabularySize }, (_, rank) => wordOfRank(rank)));
    expect(words.size).toBeGreaterThan(39_000);
    expect([...words].filter((word) => /[^a-z-]/.test(word)).length).toBeGreaterThan(3_000);
  });
});
