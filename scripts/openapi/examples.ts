import type * as z from 'zod/mini';
import { orderStates } from '#functions/orders/lib/order-states.ts';
import { nameOf } from './schemas.ts';

// Values that read well, by field name or by `<named schema>.<field>`. A field that none fits gets one of `texts`; where none of those fits, the build says so.
const samples: Record<string, unknown> = {
  'Ad.title': 'Turn the room up',
  'Ad.text': 'Small machines that sound the way the studio heard it.',
  accessToken: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjkxIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl',
  amount: 12_900,
  'Category.description': 'Things that switch on.',
  'Category.name': 'Electronics',
  'Category.slug': 'electronics',
  carrier: 'UPS',
  category: 'electronics',
  city: 'Springfield',
  clientSecret: 'pi_mock_0c9f2a7d51e84b36_secret_5b1d',
  country: 'US',
  currency: 'USD',
  currentPassword: 'correct horse battery',
  description: 'Thin, quiet and bright.',
  durationSeconds: 120,
  endsAt: '2026-12-24T00:00:00.000Z',
  email: 'ada@example.com',
  expiresIn: 900,
  from: '2026-11-20T00:00:00Z',
  imageUrl: '/products/aero-14-laptop.svg',
  intentId: 'pi_mock_0c9f2a7d51e84b36',
  'Intent.id': 'pi_mock_0c9f2a7d51e84b36',
  latencyMs: 1.4,
  line1: '12 St James Square',
  line2: 'Flat 3',
  means: 'laptop',
  name: 'Ada Byron',
  newPassword: 'staple battery horse',
  nextCursor: null,
  'Order.number': 'K-7Q4T-M2XA',
  'PlaceOrderAnswer.number': 'K-7Q4T-M2XA',
  openapi: '3.1.0',
  password: 'correct horse battery',
  paymentMethod: 'pm_card_visa',
  phone: '+1 555 010 9999',
  postalCode: '62704',
  'Product.name': 'Aero 14 Laptop',
  q: 'laptop',
  reason: 'Ordered the wrong size',
  region: 'IL',
  requestsPerMinute: 30,
  route: 'GET /api/products/{id}',
  said: 'notebook computer',
  sessionId: '3f6c1b52-8a0e-4c57-9d43-7be1f0a9c2d4',
  slug: 'aero-14-laptop',
  status: orderStates[0],
  stock: 120,
  startsAt: '2026-11-20T09:30:00.000Z',
  tags: ['laptop', 'portable'],
  target: '/products?category=electronics',
  tax: { amount: 0, currency: 'USD' },
  title: 'Kelvo',
  'Traffic.failed': { 'out-of-stock': 1 },
  to: '2026-11-21T00:00:00Z',
  total: { amount: 12_900, currency: 'USD' },
  type: 'payment_intent.succeeded',
  version: '0.1.0',
};
const texts = [
  '019aa054-7c00-7b6e-8d1f-0a1b2c3d4e5f',
  '2026-11-20T09:30:00.000Z',
  '2026-11-24',
  'ada@example.com',
  'US',
  'https://example.com/picture.png',
  'aero-14-laptop',
  '20',
  '62704',
  'Aero 14 Laptop',
  '+1 555 010 9999',
  'pi_mock_0c9f2a7d51e84b36',
  'pm_card_visa',
  'true',
];
const numbers = [1, 0, 20, 100, 1_000];
// Optional fields whose example value would make the answer empty, and other spellings of a field.
const leftOut = new Set(['cursor', 'skip', 'highlights', 'duration_seconds', 'requests_per_minute']);

interface Definition extends z.core.$ZodTypeDef {
  shape?: Record<string, z.ZodMiniType>;
  element?: z.ZodMiniType;
  innerType?: z.ZodMiniType;
  in?: z.ZodMiniType;
  options?: z.ZodMiniType[];
  entries?: Record<string, string>;
  values?: unknown[];
  valueType?: z.ZodMiniType;
}

/**
 * A value that a schema takes, every field in it that can be there.
 * @throws Error that names the field no sample fits
 */
export function exampleOf(schema: z.ZodMiniType, field = ''): unknown {
  const at = nameOf.get(schema) ?? field;
  const whole = candidate(schema, at, field);
  if (schema.safeParse(whole).success) return whole;
  // Fields that exclude each other: the first that goes and leaves the rest valid.
  const members = Object.entries((typeof whole === 'object' && whole) || {});
  for (const [key] of members) {
    const rest = Object.fromEntries(members.filter(([name]) => name !== key));
    if (schema.safeParse(rest).success) return rest;
  }
  const issue = schema.safeParse(whole).error?.issues[0];
  throw new Error(`no sample fits ${at}/${issue?.path.join('/') ?? ''} (${issue?.message}): add one to scripts/openapi/examples.ts`);
}

/** Values of the fields alone that an object must have: of a query, so that a first try is not narrowed to nothing. */
export function neededExampleOf(schema: z.ZodMiniType): Record<string, unknown> {
  const { shape = {} } = schema._zod.def as Definition;
  const needed = Object.entries(shape).filter(([, member]) => !member.safeParse(undefined).success);
  return Object.fromEntries(needed.map(([name, member]) => [name, exampleOf(member, name)]));
}

function candidate(schema: z.ZodMiniType, parent: string, field: string): unknown {
  const { type, shape, element, innerType, in: input, options, entries, values, valueType } = schema._zod.def as Definition;
  const fits = (value: unknown) => schema.safeParse(value).success;
  for (const sample of [`${parent}.${field}`, field]) if (sample in samples && fits(samples[sample])) return samples[sample];
  if (shape) {
    const owner = nameOf.get(schema) ?? parent;
    const members = Object.entries(shape).filter(([key]) => !leftOut.has(key) || !shape[key]?.safeParse(undefined).success);
    return Object.fromEntries(members.map(([key, member]) => [key, candidate(member, owner, key)]));
  }
  if (element) return [candidate(element, parent, field)];
  if (valueType) return { postgres: candidate(valueType, parent, field) };
  if (input) return texts.find(fits) ?? candidate(input, parent, field);
  if (innerType) return candidate(innerType, parent, field);
  if (options) return options.map((option) => candidate(option, parent, field)).find(fits);
  if (entries) return Object.values(entries)[0];
  if (values) return values[0];
  if (type === 'boolean') return true;
  return (type === 'string' ? texts : numbers).find(fits);
}
