import * as z from 'zod/mini';

// Shapes that every domain's contract builds on. Query and path values arrive as text.

/** A UUID in either case; lower-case from here on, as PostgreSQL writes it. */
export const Uuid = z
  .string()
  .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i, 'must be a UUID'), z.toLowerCase());
export const Instant = z.iso.datetime({ precision: 3 });
export const Email = z
  .string()
  .check(z.maxLength(254), z.regex(/^[^\s@"(),:;<>[\\\]]+@[^\s@.]+(\.[^\s@.]+)+$/, 'must be an e-mail address'));

/** Text of a bounded length that is more than white space. */
export const words = (max: number) =>
  z.string().check(z.trim(), z.minLength(1, 'must not be empty'), z.maxLength(max, `must have at most ${max} characters`));

/** A whole number in a query, as plain decimal digits. */
export const digits = (min: number, max: number) =>
  z.pipe(
    z.string().check(z.regex(/^(0|[1-9]\d{0,14})$/, 'must be a whole number in decimal digits')),
    z.pipe(z.transform(Number), z.int().check(z.gte(min, `must be at least ${min}`), z.lte(max, `must be at most ${max}`))),
  );

/** A list's page size and place: `limit` 1–100 (default 20), and `cursor` or `skip`. */
export const paging = {
  limit: z._default(digits(1, 100), 20),
  cursor: z.optional(z.string().check(z.maxLength(2_000))),
  skip: z.optional(digits(0, 10_000)),
};

/** One page of a list; `nextCursor` is null on the last. */
export const page = <T extends z.ZodMiniType>(item: T) => z.strictObject({ items: z.array(item), nextCursor: z.nullable(z.string()) });

/** RFC 9457, as every error of Kelvo's own is answered. Refusals may add members (`out-of-stock` adds `items`). */
export const ProblemDocument = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  traceId: z.string(),
  errors: z.optional(z.array(z.strictObject({ pointer: z.string(), message: z.string() }))),
});
export type ProblemDocument = z.infer<typeof ProblemDocument>;

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
/** A country by its ISO 3166-1 alpha-2 code. */
export const Country = z.string().check(
  z.regex(/^[A-Z]{2}$/, 'must be a country code of two capital letters (ISO 3166-1 alpha-2)'),
  z.refine((code) => /^[A-Z]{2}$/.test(code) && regions.of(code) !== undefined, 'is not a country'),
);

export const PostalCode = z.string().check(z.trim(), z.regex(/^[A-Za-z0-9][A-Za-z0-9 -]{1,11}$/, 'must be a postal code'));
