import { postalCodePatterns, postalCodeSeparators } from './postal-codes.ts';

/** What a country says of its postal codes. One without any has no such rule. */
interface PostalCodeRule {
  /** No address does without one. */
  required: boolean;
  pattern: RegExp;
  /** What stands before the last characters where it is left out: [' ', 3] makes SW1A 1AA of SW1A1AA. */
  separator?: readonly [text: string, fromEnd: number];
}

let rules: Map<string, PostalCodeRule> | undefined;

function ruleOf(country: string): PostalCodeRule | undefined {
  rules ??= readRules();
  return rules.get(country);
}

function readRules(): Map<string, PostalCodeRule> {
  const read = new Map<string, PostalCodeRule>();
  for (const [pattern, countries] of Object.entries(postalCodePatterns))
    for (const country of countries.split(' '))
      read.set(country.slice(0, 2), { required: country.endsWith('!'), pattern: new RegExp(`^(?:${pattern})$`) });
  for (const [separator, countries] of Object.entries(postalCodeSeparators))
    for (const country of countries.split(' ')) {
      const rule = read.get(country);
      if (rule) rule.separator = [separator.slice(0, 1), Number(separator.slice(1))];
    }
  return read;
}

/** Whether every address of the country has a postal code. */
export const needsPostalCode = (country: string): boolean => ruleOf(country)?.required ?? false;

/** Whether there are postal codes in the country, needed or not. */
export const hasPostalCode = (country: string): boolean => ruleOf(country) !== undefined;

/**
 * A postal code as it is written in its country, or undefined when it is none of there. A country's own letters before it (`D-10115`,
 * `CH-8001`) belong to the address line and are left out. Where a country has no codes, or none that are known, it stays as it is.
 * @param code in plain capitals, as `PostalCode` makes it
 */
export function postalCodeIn(country: string, code: string): string | undefined {
  const rule = ruleOf(country);
  if (!rule) return code;
  const bare = code.replace(/[ -]/g, '');
  const tries = [code, bare, code.replace(/^[A-Z]{1,3}[ -]/, '')];
  if (rule.separator) {
    const [separator, fromEnd] = rule.separator;
    tries.unshift(`${bare.slice(0, -fromEnd)}${separator}${bare.slice(-fromEnd)}`);
  }
  return tries.find((text) => rule.pattern.test(text));
}
