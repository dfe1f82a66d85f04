import * as z from 'zod/mini';

// Shapes that every domain's contract builds on. Query and path values arrive as text.

// JSON Schema, and so docs/openapi.yaml, says the same: patterns without flags, and checks of what was sent before it is tidied.

/** A UUID in either case; lower-case from here on, as PostgreSQL writes it. */
export const Uuid = z
  .stringFormat('uuid', /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$/, 'must be a UUID')
  .check(z.toLowerCase());
export const Instant = z.iso.datetime({ precision: 3 });
/** Words joined by dots, `@`, and a domain name of two parts at least: no quoted local parts, no comments, no addresses in brackets (RFC 5321 has them all). */
export const Email = z
  .stringFormat(
    'email',
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$/,
    'must be an e-mail address',
  )
  .check(
    z.maxLength(254, 'must have at most 254 characters'),
    // JSON Schema's format says this one already.
    z.refine((email) => email.indexOf('@') <= 64, { error: 'must have at most 64 characters before the @', params: { jsonSchema: {} } }),
  );

/** Text of a bounded length that is more than white space. */
export const words = (max: number) =>
  z.string().check(z.regex(/\S/, 'must not be empty'), z.maxLength(max, `must have at most ${max} characters`), z.trim());

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

// By name, since Intl also knows regions that are no countries (EU), users' own codes (XK, ZZ) and withdrawn ones (SU).
const countries = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI ' +
    'CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ ' +
    'GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS ' +
    'LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG ' +
    'PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK ' +
    'TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
  ).split(' '),
);
/** A country by its ISO 3166-1 alpha-2 code. */
export const Country = z.string().check(
  z.regex(/^[A-Z]{2}$/, 'must be a country code of two capital letters (ISO 3166-1 alpha-2)'),
  z.refine((code) => countries.has(code), 'is not a country'),
);

export const PostalCode = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9 -]{1,11}$/, 'must be a postal code'), z.trim());
