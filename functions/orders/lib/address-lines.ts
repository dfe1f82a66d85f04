import { addressForms } from './address-formats.ts';
import type { Address } from './contract.ts';

const names = new Intl.DisplayNames('en', { type: 'region' });

/** A country (ISO 3166-1 alpha-2) in English. */
export const countryName = (code: string): string => names.of(code) ?? code;

/** The form of a country's addresses: `%N%n%O%n%A%n%C, %S %Z` in the US. */
export function formOf(country: string): string {
  for (const [form, countries] of Object.entries(addressForms)) if (countries.split(' ').includes(country)) return form;
  return '%N%n%O%n%A%n%C';
}

/**
 * The lines of an address as its country writes them, in Latin script, and the country below. What the form has no place for is shown all
 * the same: orders may be older than the form.
 */
export function addressLines(address: Omit<Address, 'phone'>): string[] {
  const { country } = address;
  // What somebody typed into one part stays one line.
  const [name = '', line1 = '', line2 = '', city = '', region = '', postalCode = ''] = [
    address.name,
    address.line1,
    address.line2,
    address.city,
    address.region,
    address.postalCode,
  ].map((part = '') => part.replace(/[\s\p{Cc}]+/gu, ' '));
  const values: Record<string, string> = { N: name, A: [line1, line2].filter(Boolean).join('\n'), C: city, S: region, Z: postalCode };
  let form = formOf(country);
  const words = form.split(/%./).map((word) => word.trim().toLowerCase());
  if (!form.includes('%C') && !words.includes(city.toLowerCase())) form = form.replace('%A', '%A%n%C');
  if (!form.includes('%Z')) form = form.includes('%C') ? form.replace('%C', '%C %Z') : `${form}%n%Z`;
  if (!form.includes('%S')) form += '%n%S';
  const lines = form.split('%n').flatMap((line) => fill(line, values).split('\n'));
  return [...lines.filter(Boolean), countryName(country)];
}

/** One line of a form. What stands before a part goes when that part is empty, or when it would begin the line. */
function fill(line: string, values: Record<string, string>): string {
  let text = '';
  for (const [, before = '', part = ''] of line.matchAll(/([^%]*)(?:%(.)|$)/g)) {
    const value = values[part] ?? '';
    const joins = /^[\s,/–-]+$/.test(before);
    if (part === '' || value !== '') text += (text === '' && joins ? '' : before) + value;
  }
  return text.trim();
}
