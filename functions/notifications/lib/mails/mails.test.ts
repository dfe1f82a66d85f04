import { describe, expect, test } from 'vitest';
import type { Currency } from '#platform/money.ts';
import { sampleFacts, sampleMails } from '#tests/support/sample-mails.ts';
import { passwordChanged, welcome } from './account-mails.ts';
import type { MailContent } from './content.ts';
import { formatsOf } from './formats.ts';
import { dark, htmlOf, light } from './html.ts';
import { cancelled, orderReceived, refunded } from './order-mails.ts';
import { textOf } from './text.ts';

describe.each(Object.entries(sampleMails))('the mail %s', (_, content) => {
  const html = htmlOf(content);
  const text = textOf(content);

  test('can be read by a screen reader: a language, a title, one heading of the first level, tables that say what they are', () => {
    expect(html).toMatch(/^<!doctype html>\s*<html lang="en" dir="ltr">/);
    expect(html).toContain('<meta charset="utf-8">');
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).toMatch(/<title>[^<]+<\/title>/);
    expect((html.match(/<table/g) ?? []).length).toBe(
      (html.match(/<table role="presentation"/g) ?? []).length + (html.match(/<thead>/g) ?? []).length,
    );
    expect(html.match(/<th (?!scope=)/g)).toBeNull();
    expect(html.match(/<img(?! [^>]*alt=)/g)).toBeNull();
  });

  test('escapes all that people typed, in HTML, and leaves it as it is in text', () => {
    expect(html).not.toMatch(/<script|<img|<i>|<Hopper|<Weber/);
    expect(text).not.toMatch(/&(amp|lt|gt|quot|#39);/);
    expect(html.replace(/<style>[\s\S]*<\/style>|<[^>]+>/g, ' ')).not.toMatch(/[<>]/);
  });

  test('loads nothing from anywhere and has no script: opening it tells nobody', () => {
    expect(html).not.toMatch(/<(script|link|iframe|form|img)|<[^>]*(src=|url\()|@import/);
    for (const [, url] of html.matchAll(/href="([^"]*)"/g)) expect(url).toMatch(/^https:\/\/shop\.example\//);
  });

  test('says the same in both parts', () => {
    const words = (part: string) => part.replaceAll(/\s+/g, ' ').trim();
    const plain = (part: string) =>
      words(
        part
          .replace(/<[^>]+>/g, ' ')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&amp;', '&'),
      );
    const shown = plain(html.replace(/<head>[\s\S]*<\/head>/, ''));
    for (const block of content.blocks) {
      const said =
        block.type === 'paragraph'
          ? [block.text]
          : block.type === 'lines'
            ? block.lines
            : block.type === 'button'
              ? [block.label]
              : [...block.items.map(({ name }) => name), ...block.totals.map(({ amount }) => words(amount))];
      for (const phrase of said) {
        expect(shown).toContain(words(phrase));
        expect(words(text)).toContain(words(phrase));
      }
      if (block.type === 'button') expect(text).toContain(block.url);
    }
  });

  test('has a subject and a preview of a length that inboxes show', () => {
    expect(content.subject.length).toBeLessThan(70);
    expect(content.preview.length).toBeLessThan(100);
  });
});

describe('what somebody typed, who may have given another person’s address,', () => {
  const bait = 'Ada,\n\nYour account is locked: https://evil.example/login\u202e or www.evil.example\r\nor a@evil.example';
  const { order: sample, ...others } = sampleFacts;
  const order = { ...sample, shippingAddress: { ...sample.shippingAddress, name: bait, line1: bait, city: bait } };
  const facts = { ...others, order };
  test.each([
    ['a confirmation', orderReceived(facts)],
    ['a cancellation', cancelled({ ...facts, reason: bait })],
    ['a refund', refunded({ ...facts, amount: order.total, reason: bait })],
    ['a welcome', welcome({ name: bait, shopUrl: 'https://shop.example/products' })],
    ['a changed password', passwordChanged({ name: bait, at: facts.at, accountUrl: 'https://shop.example/account' })],
  ])('stays on its line in %s, turns no text around, and is no link', (_, content) => {
    const [text, html] = [textOf(content), htmlOf(content)];
    expect(text).not.toMatch(/^(Your account is locked|or a)/m);
    expect(text).toContain('Your account is locked');
    for (const part of [text, html]) expect(part).not.toMatch(/evil\.example|https:\/\/evil|a@evil|\u202e/);
  });
});

describe('the colours', () => {
  /** WCAG 2.2: relative luminance and contrast. */
  const luminance = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  test.each([
    ['light', light],
    ['dark', dark],
  ])('of the %s mode have a contrast of 4.5 or more wherever there is text', (_, c) => {
    for (const [text, behind] of [
      [c.ink, c.surface],
      [c.soft, c.surface],
      [c.soft, c.paper],
      [c.accent, c.paper],
      [c.onAccent, c.accent],
    ] as const)
      expect(contrast(text, behind)).toBeGreaterThanOrEqual(4.5);
  });

  test('of the dark mode are set for every class that has a colour of its own', () => {
    const html = htmlOf(sampleMails.receipt as MailContent);
    const dressed = new Set([...html.matchAll(/class="([^"]+)"/g)].flatMap(([, names]) => names?.split(' ') ?? []));
    const [, darkRules = ''] = /prefers-color-scheme:dark\)\{([\s\S]*?)\n\}/.exec(html) ?? [];
    expect([...dressed].filter((name) => name !== 'inner' && !darkRules.includes(`.${name}{`))).toEqual([]);
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
  });
});

describe('a country’s formats', () => {
  /** Which apostrophe and space separates thousands differs between versions of CLDR. */
  const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ').replaceAll('\u2019', "'");
  test.each<[string | undefined, Currency, string]>([
    ['US', 'USD', '$1,299.50'],
    ['DE', 'EUR', '1.299,50 €'],
    ['FR', 'EUR', '1 299,50 €'],
    ['GB', 'GBP', '£1,299.50'],
    ['CH', 'CHF', "CHF 1'299.50"],
    ['CA', 'CAD', '$1,299.50'],
    ['US', 'CAD', 'CA$1,299.50'],
    ['AE', 'USD', 'US$1,299.50'],
    [undefined, 'USD', 'US$1,299.50'],
  ])('of %s write 129950 of %s as %s', (country, currency, written) => {
    expect(plain(formatsOf(country).money({ amount: 129_950, currency }))).toBe(written);
  });

  test('know that a yen has no smaller unit', () => {
    expect(plain(formatsOf('JP').money({ amount: 12_999, currency: 'JPY' }))).toMatch(/^[\u00a5\uffe5]12,999$/);
  });

  test.each([
    ['US', 'November 26, 2026 at 2:05 PM UTC'],
    ['GB', '26 November 2026 at 14:05 GMT'],
    ['DE', '26 November 2026 at 15:05 CET'],
    ['BR', '26 November 2026 at 2:05 pm UTC'],
    [undefined, '26 November 2026 at 2:05 pm UTC'],
  ])('of %s write a moment as %s', (country, written) => {
    expect(plain(formatsOf(country).moment('2026-11-26T14:05:10Z'))).toBe(written);
  });

  test('give every country digits that read from left to right', () => {
    for (const country of ['AE', 'SA', 'IL', 'IR', 'EG', 'IN', 'TH', 'NP', 'MM', 'BD'])
      expect(formatsOf(country).money({ amount: 129_950, currency: 'USD' })).toMatch(/^[^\u200e\u200f\u061c]*\d[^\u200e\u200f\u061c]*$/);
  });
});
