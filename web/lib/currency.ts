import { type Currency, currencies } from '#platform/money.ts';
import { read, useStored, write } from './storage.ts';

/** The currency that was chosen on this device; until one is, the region's counts. */
export const currencyPlace = 'kelvo.currency';

const euroRegions = 'AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA XK';
const regions: Partial<Record<Currency, string>> = {
  GBP: 'GB GG IM JE',
  JPY: 'JP',
  CAD: 'CA',
  AUD: 'AU',
  CHF: 'CH LI',
  CNY: 'CN',
  EUR: euroRegions,
};

/** The currency of the region that a language tag names (`de-AT`), or that its language is mostly spoken in (`ja`); US dollars for any other. */
export function currencyOfRegion(language: string): Currency {
  const region = regionOf(language);
  return currencies.find((code) => regions[code]?.split(' ').includes(region)) ?? 'USD';
}

function regionOf(language: string): string {
  try {
    return new Intl.Locale(language).maximize().region ?? '';
  } catch {
    return ''; // no language tag
  }
}

const known = (stored: string | null): Currency => currencies.find((code) => code === stored) ?? currencyOfRegion(navigator.language);

/** The currency that prices are asked for in now, for a change that is made now. */
export const currentCurrency = (): Currency => known(read(currencyPlace));

/** The same, for what is shown; updates when this tab or another one changes it. */
export const useCurrency = (): Currency => known(useStored(currencyPlace));

export const chooseCurrency = (currency: Currency): void => write(currencyPlace, currency);
