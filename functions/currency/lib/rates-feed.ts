import { type Currency, currencies, divideHalfEven } from '#platform/money.ts';

/** What a feed says of one day: millionths of each currency's unit for one US dollar. */
export interface FeedRates {
  /** `2026-11-25` */
  asOf: string;
  micros: Record<Currency, number>;
}

/** Why a feed is not taken. */
export class FeedFault extends Error {}

/**
 * Reads the European Central Bank's daily rates (https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml): `Cube` elements in an `Envelope`,
 * units of each currency for one euro. All currencies that Kelvo sells in have to be there, or none is taken; others are left alone.
 * @throws FeedFault
 */
export function readFeed(text: string): FeedRates {
  const days: Element[] = [];
  const perEuro = new Map<string, Fraction>([['EUR', { digits: 1n, scale: 1n }]]);
  for (const element of elementsOf(text)) {
    if (element.path === 'Envelope/Cube/Cube') days.push(element);
    if (element.path !== 'Envelope/Cube/Cube/Cube') continue;
    const { currency = '', rate = '' } = element.attributes;
    if (!isSold(currency)) continue;
    if (perEuro.has(currency)) throw new FeedFault(`${currency} is there twice`);
    perEuro.set(currency, fractionOf(currency, rate));
  }
  const [day, ...more] = days;
  const asOf = day?.attributes.time ?? '';
  if (more.length > 0) throw new FeedFault('it has rates of more than one day');
  if (!isDate(asOf)) throw new FeedFault('it says no day');
  const missing = currencies.filter((code) => !perEuro.has(code));
  if (missing.length > 0) throw new FeedFault(`it lacks ${missing.join(', ')}`);
  return { asOf, micros: perDollar(perEuro as Map<Currency, Fraction>) };
}

/** A decimal number, exact: `digits / scale`. */
interface Fraction {
  digits: bigint;
  scale: bigint;
}

const isSold = (code: string): code is Currency => (currencies as readonly string[]).includes(code);

const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(text).toJSON()?.slice(0, 10) === text;

function fractionOf(currency: string, text: string): Fraction {
  const [, whole = '', decimals = ''] = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  const digits = BigInt(whole + decimals);
  if (digits === 0n) throw new FeedFault(`the rate of ${currency} is none`);
  return { digits, scale: 10n ** BigInt(decimals.length) };
}

/** From units for a euro to millionths for a US dollar, each rounded once, half to even. */
function perDollar(perEuro: Map<Currency, Fraction>): Record<Currency, number> {
  const dollar = perEuro.get('USD') as Fraction;
  const entries = [...perEuro].map(([code, { digits, scale }]) => {
    const micros = Number(divideHalfEven(digits * dollar.scale * 1_000_000n, scale * dollar.digits));
    if (micros < 1 || !Number.isSafeInteger(micros)) throw new FeedFault(`the rate of ${code} is out of all bounds`);
    return [code, micros];
  });
  return Object.fromEntries(entries);
}

interface Element {
  /** Names from the root on, without prefixes: `Envelope/Cube`. */
  path: string;
  attributes: Record<string, string>;
}

/**
 * Of XML what such a feed needs: declaration, comments, elements, attributes and text. Whatever could make a reader do work (DOCTYPE, entities and
 * other references, CDATA, processing instructions) is refused, so there is nothing to expand or to fetch. Each alternative begins with
 * another character and none nests, so the time grows with the length alone.
 */
const token =
  /<\?xml\s[^<>]*\?>|<!--[\s\S]*?-->|<\/([\w.:-]+)\s*>|<([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<&]*"|'[^'<&]*'))*)\s*(\/?)>|[^<&]+/y;
const attribute = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** The bank's lie four deep. */
const maxDepth = 16;

/** Elements in the order in which they begin. @throws FeedFault for what is not well formed, or is more of XML than the above */
function elementsOf(text: string): Element[] {
  const elements: Element[] = [];
  const open: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const [whole = '', end, name, attributes = '', empty] = token.exec(text) ?? [];
    if (whole === '' || (at > 0 && whole.startsWith('<?'))) throw new FeedFault(`it is not plain XML at character ${at}`);
    if (end !== undefined && open.pop() !== end) throw new FeedFault(`</${end}> ends nothing`);
    if (name === undefined) {
      if (open.length === 0 && !whole.startsWith('<') && whole.trim() !== '') throw new FeedFault('it has text outside of its root');
      continue;
    }
    if (open.length === 0 && elements.length > 0) throw new FeedFault('it has more than one root');
    if (open.length === maxDepth) throw new FeedFault('its elements lie too deep in each other');
    open.push(name);
    elements.push({ path: open.map(withoutPrefix).join('/'), attributes: attributesOf(attributes) });
    if (empty !== '') open.pop();
  }
  if (open.length > 0) throw new FeedFault(`<${open.at(-1)}> does not end`);
  return elements;
}

const withoutPrefix = (name: string) => name.slice(name.indexOf(':') + 1);

function attributesOf(text: string): Record<string, string> {
  const found = [...text.matchAll(attribute)].map(([, name = '', quoted, other]): [string, string] => [name, quoted ?? other ?? '']);
  if (new Set(found.map(([name]) => name)).size !== found.length) throw new FeedFault('an element has an attribute twice');
  return Object.fromEntries(found);
}
