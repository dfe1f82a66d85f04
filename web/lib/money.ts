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

/** An amount as people type it ("12.50" or "12,50") in minor units; undefined when it is none, or finer than its currency. */
export function parseMoney(text: string, currency: Currency): Money | undefined {
  const digits = minorDigitsOf(currency);
  const [, whole = '', fraction = ''] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim()) ?? [];
  return whole === '' || fraction.length > digits ? undefined : { amount: Number(whole + fraction.padEnd(digits, '0')), currency };
}
