import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencies } from '#platform/money.ts';
import { feedText } from '#tests/support/rates-feed.ts';
import { FeedFault, readFeed } from './rates-feed.ts';

const rates = { USD: '1.1575', JPY: '178.45', GBP: '0.87655', CAD: '1.6189', AUD: '1.7733', CHF: '0.9321', CNY: '8.2001', SEK: '10.9985' };
const day = '2026-11-25';
const good = feedText(day, rates);

describe('a feed of the European Central Bank', () => {
  it('becomes millionths of each currency for a US dollar, each rounded once', () => {
    expect(readFeed(good)).toEqual({
      asOf: day,
      micros: {
        EUR: 863_931, // 1 / 1.1575 = 0.86393088…
        USD: 1_000_000,
        JPY: 154_168_467, // 178.45 / 1.1575 = 154.168466…
        GBP: 757_279,
        CAD: 1_398_618,
        AUD: 1_532_009,
        CHF: 805_270,
        CNY: 7_084_320,
      },
    });
  });

  it('is read as the bank writes it: the file in the repository', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../local/rates/eurofxref-daily.xml'), 'utf8');
    expect(Object.keys(readFeed(text).micros).toSorted()).toEqual(currencies.toSorted());
  });

  it('gives rates that differ from the exact quotient by half a millionth at most', () => {
    const rate = fc.integer({ min: 1, max: 9_999_999 }).map((tenThousandths) => (tenThousandths / 10_000).toFixed(4));
    fc.assert(
      fc.property(fc.integer({ min: 5_000, max: 20_000 }), rate, (dollar, yen) => {
        const USD = (dollar / 10_000).toFixed(4);
        if (Number(yen) / Number(USD) < 0.001) return;
        const { micros } = readFeed(feedText(day, { ...rates, USD, JPY: yen }));
        expect(Math.abs(micros.JPY - (Number(yen) / Number(USD)) * 1e6)).toBeLessThanOrEqual(0.5 + 1e-6 * micros.JPY * 1e-3);
      }),
    );
  });

  it.each(currencies.filter((code) => code !== 'EUR'))('is refused whole without %s', (code) => {
    const { [code]: _, ...others } = rates as Record<string, string>;
    expect(() => readFeed(feedText(day, others))).toThrow(new FeedFault(`it lacks ${code}`));
  });

  it.each(['0', '0.0000', '-1', '1e3', 'N/A', '', '1,25', '.5', '5.', ' 1', '1234567890', '1.0000000001', 'Infinity'])(
    'is refused with a rate of "%s"',
    (rate) => {
      expect(() => readFeed(feedText(day, { ...rates, CHF: rate }))).toThrow(FeedFault);
    },
  );

  it.each(['', '2026-02-30', '25.11.2026', '2026-11-25T00:00:00Z', '+026-11-25'])('is refused with the day "%s"', (other) => {
    expect(() => readFeed(feedText(other, rates))).toThrow(new FeedFault('it says no day'));
  });

  it('is refused with a rate out of all bounds', () => {
    expect(() => readFeed(feedText(day, { ...rates, USD: '999999999', CHF: '0.000000001' }))).toThrow('out of all bounds');
  });

  it('leaves currencies alone that Kelvo does not sell in, whatever they say', () => {
    expect(readFeed(feedText(day, { ...rates, SEK: 'N/A' }))).toEqual(readFeed(good));
  });
});

const bomb = `<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
const hostile: Record<string, string> = {
  nothing: '',
  'white space': ' \n',
  'no XML': '{"rates": {"USD": 1.1}}',
  'an HTML page': '<!doctype html><html><body>Service unavailable</body></html>',
  'entities in entities': good.replace('<gesmes', `${bomb}<gesmes`).replace('1.1575', '&b;'),
  'an entity of a file': good
    .replace('<gesmes', '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><gesmes')
    .replace('European Central Bank', '&x;'),
  'a DOCTYPE of another host': good.replace('<gesmes', '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><gesmes'),
  'a reference to a character': good.replace('1.1575', '1.157&#53;'),
  'a plain entity': good.replace('European Central Bank', 'A &amp; B'),
  'elements deep in each other': good.replace('<Cube>', `${'<a>'.repeat(20)}${'</a>'.repeat(20)}<Cube>`),
  CDATA: good.replace('European Central Bank', '<![CDATA[<Cube currency="USD" rate="9"/>]]>'),
  'a processing instruction': good.replace('<gesmes', '<?xml-stylesheet href="http://127.0.0.1/"?><gesmes'),
  'a declaration in the middle': good.replace('</gesmes:Envelope>', '<?xml version="1.0"?></gesmes:Envelope>'),
  'half of it': good.slice(0, good.length / 2),
  'its last character cut off': good.trimEnd().slice(0, -1),
  'ends that do not match': good.replace('</gesmes:Sender>', '</gesmes:sender>'),
  'an end too many': good.replace('</gesmes:Envelope>', '</gesmes:Envelope></gesmes:Envelope>'),
  'two roots': `${good}${good.slice(good.indexOf('<gesmes'))}`,
  'text after its root': `${good}and more`,
  'a comment that does not end': good.replace('<gesmes', '<!-- <gesmes'),
  'an attribute twice': good.replace("currency='USD'", "currency='USD' currency='CHF'"),
  'an attribute without quotes': good.replace("rate='1.1575'", 'rate=1.1575'),
  'a tag in an attribute': good.replace("rate='1.1575'", "rate='<b>'"),
  'a currency twice': good.replace("<Cube currency='SEK' rate='10.9985'/>", "<Cube currency='USD' rate='2'/>"),
  'the euro in euros': good.replace("currency='SEK'", "currency='EUR'"),
  'two days': good.replace(/(<Cube time=[\s\S]*<\/Cube>)(\s*<\/Cube>)/, '$1$1$2'),
  'rates in another place': good.replaceAll('Cube', 'Rate'),
};

describe('a feed that is', () => {
  it.each(Object.keys(hostile))('%s is refused', (what) => {
    expect(() => readFeed(hostile[what] as string)).toThrow(FeedFault);
  });

  it('as large as may be, and made to keep a reader busy, is refused within a second', () => {
    const size = 65_000;
    const costly = [
      '<',
      '<a ',
      '<!--',
      `<a${' '.repeat(size)}!`,
      `<a ${"b='' ".repeat(size / 5)}<`,
      '<a>',
      "<a b='",
      '</',
      `<a${' b=""'.repeat(13_000)}`,
    ];
    for (const one of costly) {
      const text = one.repeat(Math.ceil(size / one.length)).slice(0, size);
      const began = performance.now();
      expect(() => readFeed(text)).toThrow(FeedFault);
      expect([one.slice(0, 10), performance.now() - began < 1_000]).toEqual([one.slice(0, 10), true]);
    }
  });

  it('with comments, other quotes and a byte order mark less is read like the plain one', () => {
    const other = good.replaceAll("'", '"').replace('<Cube>', '<!-- <!DOCTYPE x> & --><Cube>').replaceAll('/>', ' />');
    expect(readFeed(other)).toEqual(readFeed(good));
  });
});
