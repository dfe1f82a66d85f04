import * as z from 'zod/mini';
import { emailOf, isVisible, maxPhone, phoneOf, postalCodeOf } from '../text.ts';

// Shapes that every domain's contract builds on. Query and path values arrive as text.

// JSON Schema, and so docs/openapi.yaml, says the same: patterns without flags, and checks of what was sent before it is tidied.

/** A UUID in either case; lower-case from here on, as PostgreSQL writes it. */
export const Uuid = z
  .stringFormat('uuid', /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$/, 'must be a UUID')
  .check(z.toLowerCase());
export const Instant = z.iso.datetime({ precision: 3 });
/** A check by code that JSON Schema has no words for: what the pattern beside it says is all that the description tells. */
const byCode = { jsonSchema: {} };

/** An instant that a caller writes, with its offset. */
export const Moment = z.iso.datetime({
  offset: true,
  abort: true,
  error: 'must be an instant with its offset, such as 2026-11-26T00:00:00Z (in a URL, write + as %2B)',
});

/** For a query with `from` and `to`. */
export const endsAfterItBegins = z.refine<{ from: string; to: string }>(({ from, to }) => Date.parse(from) < Date.parse(to), {
  path: ['to'],
  error: 'must be later than from',
  params: byCode,
  abort: true,
});

/** A leap year. */
const longestRangeMs = 366 * 86_400_000;

/** For a query with `from` and `to` whose answer adds up what was counted in between. */
export const longestRange = z.refine<{ from: string; to: string }>(({ from, to }) => Date.parse(to) - Date.parse(from) <= longestRangeMs, {
  path: ['to'],
  error: 'must be at most 366 days later than from',
  params: byCode,
});

const atext = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
/** Letters of other scripts, and full-width ones; no white space, dots or signs that end a host. */
const otherLetters = '\\u00a1-\\u1fff\\u2c00-\\u2fdf\\u3005-\\ufdff\\uff10-\\uff19\\uff21-\\uff3a\\uff41-\\uff5a\\uff66-\\uffdc';
const letterOrDigit = `A-Za-z0-9${otherLetters}`;
/** The dots that IDNA takes for one. */
const dot = '[.\\u3002\\uff0e\\uff61]';
const label = `[${letterOrDigit}]([${letterOrDigit}-]{0,61}[${letterOrDigit}])?`;
const topLabel = `[A-Za-z${otherLetters}][${letterOrDigit}-]{0,61}[${letterOrDigit}]`;

/**
 * Words joined by dots, `@`, and a domain name of two parts at least, in any script: no quoted local parts, no comments, no addresses in
 * brackets (RFC 5321 has them all). Letters outside of ASCII before the `@` (RFC 6531) are refused: mail providers, Amazon SES among them,
 * cannot write to such a mailbox. From here on the domain is in ASCII and lower case.
 */
export const Email = z
  .stringFormat('idn-email', new RegExp(`^${atext}(\\.${atext})*@(${label}${dot})+${topLabel}${dot}?$`), {
    error: ({ input }) =>
      typeof input === 'string' && /[^\0-\x7f]/.test(input.slice(0, Math.max(0, input.indexOf('@'))))
        ? 'must have plain (ASCII) characters before the @: nobody can write to others'
        : 'must be an e-mail address',
    abort: true,
  })
  .check(
    z.maxLength(254, { error: 'must have at most 254 characters', abort: true }),
    // JSON Schema's format says this one already.
    z.refine((email) => email.indexOf('@') <= 64, {
      error: 'must have at most 64 characters before the @',
      params: byCode,
      abort: true,
    }),
    z.refine((email) => emailOf(email) !== undefined, { error: 'must be an e-mail address', params: byCode, abort: true }),
    z.overwrite((email) => emailOf(email) ?? email),
  );

/** Text of a bounded length in which there is something to see. */
export const words = (max: number) =>
  z
    .string()
    .check(
      z.regex(/\S/, { error: 'must not be empty', abort: true }),
      z.maxLength(max, `must have at most ${max} characters`),
      z.refine(isVisible, { error: 'must not be empty: nothing in it can be seen', params: byCode }),
      z.trim(),
    );

/** A phone number as people write it, in digits of any width: `+49 (0)30 123/456`, `(555) 010-9999 ext. 12`. */
export const Phone = z.string().check(
  z.maxLength(maxPhone, { error: `must have at most ${maxPhone} characters`, abort: true }),
  z.regex(/[0-9\uff10-\uff19]/, { error: 'must be a phone number', abort: true }),
  z.refine((phone) => phoneOf(phone) !== undefined, { error: 'must be a phone number', params: byCode, abort: true }),
  z.overwrite((phone) => phoneOf(phone) ?? phone),
);

/** A whole number in a query, as plain decimal digits. */
export const digits = (min: number, max: number) =>
  z.pipe(
    z.string().check(z.regex(/^(0|[1-9]\d{0,15})$/, 'must be a whole number in decimal digits')),
    z.pipe(z.transform(Number), z.int().check(z.gte(min, `must be at least ${min}`), z.lte(max, `must be at most ${max}`))),
  );

/** A switch in a query, off unless it says `true`. */
export const onOff = z._default(
  z.pipe(
    z.enum(['true', 'false']),
    z.pipe(
      z.transform((said: 'true' | 'false') => said === 'true'),
      z.boolean(),
    ),
  ),
  false,
);

/** A list's page size and place: `limit` 1–100 (default 20), and `cursor` or `skip`. */
export const paging = {
  limit: z._default(digits(1, 100), 20),
  cursor: z.optional(z.string().check(z.maxLength(2_000))),
  skip: z.optional(digits(0, 10_000)),
};

/** One page of a list; `nextCursor` is null on the last. */
export const page = <T extends z.ZodMiniType>(item: T) => z.strictObject({ items: z.array(item), nextCursor: z.nullable(z.string()) });

/** Of two members a body has exactly one. */
export const eitherOf = (one: string, other: string) =>
  z.refine(
    (body) => {
      const { [one]: first, [other]: second } = body as Record<string, unknown>;
      return (first === undefined) !== (second === undefined);
    },
    {
      error: `must have either ${one} or ${other}`,
      params: { jsonSchema: { oneOf: [one, other].map((key) => ({ type: 'object', properties: { [key]: {} }, required: [key] })) } },
    },
  );

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
    'AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI ' +
    'CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ ' +
    'GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS ' +
    'LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG ' +
    'PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK ' +
    'TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
  ).split(' '),
);
/** A country by its ISO 3166-1 alpha-2 code: one where people live, so that a parcel can arrive. AQ, BV, GS, HM and TF have stations at most. */
export const Country = z.string().check(
  z.regex(/^[A-Z]{2}$/, { error: 'must be a country code of two capital letters (ISO 3166-1 alpha-2)', abort: true }),
  z.refine((code) => countries.has(code), { error: 'is not a country that parcels go to', abort: true }),
);

/** A postal code of any country, in letters and digits of any width; in plain capitals from here on. */
export const PostalCode = z.string().check(
  z.regex(
    /^\s*[A-Za-z0-9\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u3012][A-Za-z0-9\uff10-\uff19\uff21-\uff3a\uff41-\uff5a \u00a0\u3000\u2010-\u2015\u2212\u30fc\uff0d-]{0,18}\s*$/,
    { error: 'must be a postal code', abort: true },
  ),
  z.refine((code) => /^[A-Z0-9][A-Z0-9 -]{1,11}$/.test(postalCodeOf(code)), {
    error: 'must be a postal code',
    params: byCode,
    abort: true,
  }),
  z.overwrite(postalCodeOf),
);
