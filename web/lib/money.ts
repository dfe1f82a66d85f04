import type { Currency, Money } from '#platform/money.ts';

const formats = new Map<Currency, Intl.NumberFormat>();

function formatOf(currency: Currency): Intl.NumberFormat {
  const format = formats.get(currency) ?? new Intl.NumberFormat('en-US', { style: 'currency', currency });
  formats.set(currency, format);
  return format;
}

/** Digits of a currency's minor unit: 2 for USD, 0 for JPY. */
export const minorDigitsOf = (currency: Currency): number => formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2;

/** An amount for people: {amount: 12999, currency: 'USD'} is "$129.99". */
export const formatMoney = ({ amount, currency }: Money): string => formatOf(currency).format(amount / 10 ** minorDigitsOf(currency));

/** How a currency is written before an amount: "$", "€", "CA$". */
export const currencySign = (currency: Currency): string =>
  formatOf(currency)
    .formatToParts(0)
    .find(({ type }) => type === 'currency')?.value ?? currency;

/**
 * An amount as people type it, in minor units: "12.5", "12,50", "1,299", "1 299.50", "1.299,00", "$20", "¥1,299". Undefined when it is none, or
 * finer than its currency. A single separator before three digits is read as the locale writes it: in English "1,299" is a thousand, and
 * "1.299" nothing. A currency without minor units has only thousands to separate.
 */
export function parseMoney(text: string, currency: Currency, locale: string = navigator.language): Money | undefined {
  const digits = minorDigitsOf(currency);
  const plain = withoutSign(text.normalize('NFKC'), currency);
  const [, whole = '', separator, sign, fraction = ''] =
    /^([1-9]\d{0,2}(?:([ .,'’])\d{3})(?:\2\d{3})*|\d+)(?:([.,])(\d+))?$/.exec(plain) ?? [];
  const groups = separator === undefined ? 0 : whole.split(separator).length - 1;
  const unclear = groups === 1 && sign === undefined && digits > 0 && separator === decimalSignOf(locale);
  const units = whole.replace(/\D/g, '');
  if (units === '' || units.length > 9 || fraction.length > digits || unclear || separator === (sign ?? '')) return undefined;
  return { amount: Number(units + fraction.padEnd(digits, '0')), currency };
}

/** Without the currency's sign or code at either end, and without white space there. */
function withoutSign(text: string, currency: Currency): string {
  const signs = (['symbol', 'narrowSymbol', 'code'] as const).flatMap((currencyDisplay) =>
    ['en-US', 'en-GB'].flatMap((locale) =>
      new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay })
        .formatToParts(0)
        .flatMap(({ type, value }) => (type === 'currency' ? [value.toLowerCase()] : [])),
    ),
  );
  const bare = text.trim();
  const sign = signs
    .sort((a, b) => b.length - a.length)
    .find((each) => bare.toLowerCase().startsWith(each) || bare.toLowerCase().endsWith(each));
  if (sign === undefined) return bare;
  return (bare.toLowerCase().startsWith(sign) ? bare.slice(sign.length) : bare.slice(0, -sign.length)).trim();
}

const decimalSignOf = (locale: string) => new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value;
