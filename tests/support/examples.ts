import type * as z from 'zod/mini';

/** A schema as zod keeps it; what these helpers read of it. */
interface Definition extends z.core.$ZodTypeDef {
  shape?: Record<string, z.ZodMiniType>;
  element?: z.ZodMiniType;
  innerType?: z.ZodMiniType;
  in?: z.ZodMiniType;
  out?: z.ZodMiniType;
  options?: z.ZodMiniType[];
  entries?: Record<string, string>;
  values?: unknown[];
  catchall?: z.ZodMiniType;
}
const definitionOf = (schema: z.ZodMiniType): Definition => schema._zod.def as Definition;

// One of these fits every string or number that a contract asks for. A new field that none fits says so: add one that does.
const texts = [
  '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071',
  'ada@example.com',
  '62704',
  'US',
  '20',
  '5',
  'pi_mock_0123456789abcdef',
  'pm_card_visa',
  'some-slug',
  'A fair and wordy text',
  '+1 555 010 9999',
  'https://example.com/picture.png',
  '2026-11-20T00:00:00.000Z',
  '2026-11-20',
  'true',
  '/products',
];
const numbers = [1, 5, 0, 60, 1000];
// Of fields that have to differ from others, where it fits: `from` gets one of `texts`, and ends later.
const ofField: Record<string, unknown> = { to: '2026-11-21T00:00:00.000Z', endsAt: '2026-11-21T00:00:00.000Z' };

/** Whether a JSON object of this schema may hold keys that it does not name (a provider's webhooks). */
export const isLoose = (schema: z.ZodMiniType): boolean => definitionOf(schema).catchall?._zod.def.type === 'unknown';

/** The keys of an object's schema, refinements and pipes looked through. */
export function keysOf(schema: z.ZodMiniType | undefined): string[] {
  if (!schema) return [];
  const { shape, innerType, in: input } = definitionOf(schema);
  return shape ? Object.keys(shape) : keysOf(innerType ?? input);
}

/** Values that a schema takes, every optional field among them; more than one where its fields exclude each other. */
export function examplesOf(schema: z.ZodMiniType): unknown[] {
  const whole = candidate(schema);
  if (schema.safeParse(whole).success) return [whole];
  const without = (...keys: string[]) => Object.fromEntries(Object.entries(whole as object).filter(([name]) => !keys.includes(name)));
  const fitting = (values: unknown[]) => values.filter((value) => schema.safeParse(value).success);
  const keys = keysOf(schema);
  const one = fitting(keys.map((key) => without(key)));
  // Two pairs of fields that exclude each other.
  const found = one.length > 0 ? one : fitting(keys.flatMap((key, at) => keys.slice(at + 1).map((other) => without(key, other))));
  if (found.length === 0) throw new Error(`no example fits this schema: ${JSON.stringify(whole)}. Teach tests/support/examples.ts one.`);
  return found;
}

function candidate(schema: z.ZodMiniType): unknown {
  const { type, shape, element, innerType, in: input, options, entries, values } = definitionOf(schema);
  const fits = (value: unknown) => schema.safeParse(value).success;
  if (shape) {
    const exampleFor = (key: string, member: z.ZodMiniType) =>
      key in ofField && member.safeParse(ofField[key]).success ? ofField[key] : candidate(member);
    return Object.fromEntries(Object.entries(shape).map(([key, member]) => [key, exampleFor(key, member)]));
  }
  if (element) return [candidate(element)];
  if (innerType) return candidate(innerType);
  if (input) return [...texts, ...numbers, candidate(input)].find(fits);
  if (options) return options.map(candidate).find(fits);
  if (entries) return Object.values(entries)[0];
  if (values) return values[0];
  if (type === 'boolean') return true;
  return (type === 'string' ? texts : numbers).find(fits);
}

/** JSON text that its route must refuse, and where it goes wrong. */
export interface Spoiled {
  what: string;
  text: string;
  /** JSON pointers of the fault: one of these, or a place below. */
  pointers: string[];
}

const deep = 20_000;
export const nestedArrays = '['.repeat(deep) + ']'.repeat(deep);
export const nestedObjects = `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`;

/** JSON text that can stand for no value of a kind: wrong types, numbers that are no amount, text that cannot be kept. */
const never: Record<string, string[]> = {
  string: [
    '5',
    'true',
    'null',
    '[]',
    '{}',
    '["a"]',
    '1e309',
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"a\\udc00 b"',
    JSON.stringify('x'.repeat(20_000)),
    nestedArrays,
    nestedObjects,
  ],
  number: ['"5"', '1.5', '-1', '1e309', '-1e309', '9007199254740993', '1e21', '1e-7', 'null', 'true', '[]', '{}', '""', nestedArrays],
  boolean: ['"true"', '1', 'null', '[]', '{}'],
  array: ['{}', '"a"', '5', 'null', '[null]', '[[]]', '[5]', '{"0":1,"length":1}', nestedArrays, nestedObjects],
  object: ['[]', '"a"', '5', 'null', 'true', nestedArrays],
};
const kindOf = (value: unknown) => (Array.isArray(value) ? 'array' : typeof value);
const hole = '@@hole@@';

/** Whether the lack of a key can be the fault of the whole: of two that exclude each other, one has to be there. */
const other = (members: object, key: string) => ['sessionId', 'items', 'ids', 'queue'].includes(key) && !('quantity' in members);

/** Everything that can go wrong at one place of a JSON value, for every place. `loose`: unknown keys are allowed. */
export function spoil(example: unknown, schema: z.ZodMiniType, loose: boolean): Spoiled[] {
  const spoiled: Spoiled[] = [];
  const walk = (value: unknown, pointer: string, rebuild: (member: unknown) => unknown) => {
    const put = (raw: string) => JSON.stringify(rebuild(hole)).replace(`"${hole}"`, () => raw);
    const add = (what: string, raw: string, at = pointer) => spoiled.push({ what: `${at || '/'} ${what}`, text: put(raw), pointers: [at] });
    const nullable = schema.safeParse(rebuild(null)).success;
    // A number that is no amount, such as a share, may have a fraction.
    const fraction = (raw: string) => ['1.5', '1e-7'].includes(raw) && schema.safeParse(rebuild(Number(raw))).success;
    const good = (raw: string) => (raw === 'null' && nullable) || (kindOf(value) === 'number' && fraction(raw));
    for (const raw of never[kindOf(value)] ?? []) if (!good(raw)) add(`is ${raw.slice(0, 30)}`, raw);
    if (Array.isArray(value)) value.forEach((member, i) => void walk(member, `${pointer}/${i}`, (other) => rebuild(value.with(i, other))));
    if (kindOf(value) !== 'object') return;
    const members = value as Record<string, unknown>;
    for (const key of ['nope', '__proto__', 'constructor', 'toString', '']) {
      const whole = JSON.stringify(members);
      const comma = whole === '{}' ? '' : ',';
      if (!loose) add(`has an unknown key "${key}"`, `${whole.slice(0, -1)}${comma}"${key}":{"a":1}}`, `${pointer}/${key}`);
    }
    for (const [key, member] of Object.entries(members)) {
      walk(member, `${pointer}/${key}`, (other) => rebuild({ ...members, [key]: other }));
      const { [key]: _, ...rest } = members;
      const lacking = rebuild(rest);
      if (!schema.safeParse(lacking).success) {
        spoiled.push({
          what: `${pointer}/${key} is missing`,
          text: JSON.stringify(lacking),
          pointers: [`${pointer}/${key}`, ...(other(members, key) ? [pointer] : [])],
        });
      }
    }
  };
  walk(example, '', (value) => value);
  return spoiled;
}

/** The places of a JSON value that hold text, each as a function that puts another text there. */
export function textPlaces(example: unknown): { pointer: string; with(text: string): unknown }[] {
  const found: { pointer: string; with(text: string): unknown }[] = [];
  const walk = (value: unknown, pointer: string, rebuild: (member: unknown) => unknown) => {
    if (typeof value === 'string') found.push({ pointer, with: rebuild });
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      walk(member, `${pointer}/${key}`, (other) =>
        rebuild(Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other }),
      );
    }
  };
  walk(example, '', (value) => value);
  return found;
}
