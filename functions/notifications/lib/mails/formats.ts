import { type Money, minorDigits } from '#platform/money.ts';

/** How a country writes amounts and moments; words stay English. */
export interface Formats {
  /** 129950 minor units of EUR are `1.299,50 €` in Germany and `€1,299.50` in Ireland. */
  money(money: Money): string;
  /** `26 November 2026 at 15:04 CET`; in the United States `November 26, 2026 at 3:04 PM UTC`. */
  moment(at: string | Date): string;
}

/** @param country ISO 3166-1 alpha-2; undefined where none is known, as of an account */
export function formatsOf(country: string | undefined): Formats {
  const locale = englishOf(country);
  const numbers = numbersOf(country);
  return {
    money({ amount, currency }) {
      const value = amount / 10 ** minorDigits[currency];
      return amountsOf(numbers, currency).format(value);
    },
    moment(at) {
      const date = new Date(at);
      return new Intl.DateTimeFormat(locale, { ...moment, timeZone: zoneOf(country, date) }).format(date);
    },
  };
}

/** Making one takes longer than all else of a mail, so each is made once. */
const amountFormats = new Map<string, Intl.NumberFormat>();
function amountsOf(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const format = amountFormats.get(key) ?? new Intl.NumberFormat(locale, { style: 'currency', currency, numberingSystem: 'latn' });
  amountFormats.set(key, format);
  return format;
}

const moment = { year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZoneName: 'short' } as const;

/** English as the country writes it, such as `en-DE`; where CLDR knows none, the international one (day before month). */
function englishOf(country: string | undefined): string {
  const { locale } = new Intl.DateTimeFormat(`en-${country ?? '001'}`).resolvedOptions();
  return locale === 'en' ? 'en-001' : locale;
}

/** The country's main language, whose amounts look as everything else there. Right-to-left ones would turn an English line around. */
function numbersOf(country: string | undefined): string {
  if (country === undefined) return 'en-001';
  const { language, script } = new Intl.Locale('und', { region: country }).maximize();
  return script === undefined || rightToLeft.includes(script) ? 'en-001' : `${language}-${country}`;
}

const rightToLeft = ['Arab', 'Hebr', 'Thaa'];

/** TypeScript does not know it yet (ECMA-402 of 2025). */
type Region = Intl.Locale & { getTimeZones?(): string[] };

/** The country's time where its clocks all show the same at that moment; the time of a country with several zones is UTC. */
function zoneOf(country: string | undefined, at: Date): string {
  const region: Region | undefined = country === undefined ? undefined : new Intl.Locale('en', { region: country });
  const [zone = 'UTC', ...others] = region?.getTimeZones?.() ?? [];
  const clock = (timeZone: string) => at.toLocaleString('en', { timeZone });
  return others.every((other) => clock(other) === clock(zone)) ? zone : 'UTC';
}
