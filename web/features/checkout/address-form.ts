import { formOf } from '#functions/orders/lib/address-lines.ts';
import { hasPostalCode, needsPostalCode } from '#functions/orders/lib/address-rules.ts';
import { cityNames, postalCodeExamples, postalCodeNames, regionCodes, regionNames, regionRequired } from './address-names.ts';

/** A part of an address that differs by country. */
export interface AddressPart {
  name: 'city' | 'region' | 'postalCode';
  label: string;
  required: boolean;
  /** What can be chosen, where the post writes a code for each. */
  options?: readonly { code: string; name: string }[];
  /** A value as the country has them. */
  example?: string;
}

/** What the metadata's kinds are called in English. */
const words: Record<string, string> = {
  state: 'State',
  emirate: 'Emirate',
  parish: 'Parish',
  island: 'Island',
  department: 'Department',
  region: 'Region',
  area: 'Area',
  county: 'County',
  prefecture: 'Prefecture',
  do_si: 'Do/Si',
  district: 'District',
  oblast: 'Oblast',
  suburb: 'Suburb',
  post_town: 'Town or city',
  zip: 'ZIP code',
  eircode: 'Eircode',
  pin: 'PIN code',
};
/** Where English speakers say postcode. */
const withPostcodes = ['AU', 'GB', 'GG', 'GI', 'IM', 'JE', 'NZ', 'SG', 'ZA'];

const isOf = (countries: string, country: string) => countries.split(' ').includes(country);
const wordFor = (names: Readonly<Record<string, string>>, country: string) =>
  words[Object.keys(names).find((name) => isOf(names[name] ?? '', country)) ?? ''];

/** City, region and postal code as a country's addresses have them, in the order in which they are written there. */
export function addressParts(country: string): AddressPart[] {
  const form = formOf(country);
  const city: AddressPart = { name: 'city', label: wordFor(cityNames, country) ?? 'City', required: true };
  const parts: AddressPart[] = [...form.matchAll(/%([CSZ])/g)].flatMap(([, part]) => {
    if (part === 'C') return [city];
    if (part === 'S') return [regionOf(country)];
    return hasPostalCode(country) ? [postalCodeOf(country)] : [];
  });
  return parts.includes(city) ? parts : [city, ...parts];
}

function regionOf(country: string): AddressPart {
  const codes = regionCodes[country]
    ?.split('|')
    .map((entry) => ({ code: entry.slice(0, entry.indexOf(' ')), name: entry.slice(entry.indexOf(' ') + 1) }));
  return {
    name: 'region',
    label: wordFor(regionNames, country) ?? 'Province',
    required: isOf(regionRequired, country),
    ...(codes && { options: codes }),
  };
}

function postalCodeOf(country: string): AddressPart {
  const example = postalCodeExamples[country];
  return {
    name: 'postalCode',
    label: wordFor(postalCodeNames, country) ?? (withPostcodes.includes(country) ? 'Postcode' : 'Postal code'),
    required: needsPostalCode(country),
    ...(example && { example }),
  };
}
