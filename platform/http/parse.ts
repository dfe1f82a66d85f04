import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { Problem } from '../errors.ts';
import type { RouteContract } from './contract.ts';
import type { RouteMiddleware } from './request.ts';
import { Uuid } from './schemas.ts';

const maxBodyBytes = 256 * 1024;
/** The most faults that one refusal lists. */
const maxErrors = 20;
const none = z.strictObject({});

type EventBody = Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded' | 'headers'>;

/** Reads path, query, `Idempotency-Key` and body, and checks each against the contract. A webhook's body is left to its handler, whose signature check comes first. */
export function parse(contract: RouteContract): RouteMiddleware {
  return {
    before: function parseBefore({ event }) {
      const { request } = event;
      request.params = check(contract.params ?? none, event.pathParameters ?? {}, '/path');
      request.query = check(contract.query ?? none, parseQuery(event), '/query');
      if (contract.idempotent) request.idempotencyKey = idempotencyKey(event.headers['idempotency-key']);
      if (contract.auth === 'webhook') request.rawBody = boundedBody(event);
      else if (contract.body) request.body = check(contract.body, parseBody(event, contract.optionalBody ?? false), '');
    },
  };
}

function idempotencyKey(header: string | undefined): string {
  if (header !== undefined && Uuid.safeParse(header).success) return header.toLowerCase();
  throw new Problem(
    'invalid',
    'idempotency-key-required',
    'Send a header Idempotency-Key with a UUID of your own making, the same one for every retry.',
  );
}

/**
 * The body's bytes as sent (API Gateway delivers them in base64 where the content is not text).
 * @throws Problem 413 above 256 KiB, 415 when they are encoded: a small compressed body may unpack to any size
 */
function boundedBody({ body, isBase64Encoded, headers }: EventBody): Buffer {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > 0 && !/^\s*(identity)?\s*$/i.test(headers['content-encoding'] ?? '')) {
    // RFC 9110, 15.5.16: the answer names the encodings that are taken.
    const encodings = { headers: { 'accept-encoding': 'identity' } };
    throw new Problem('media-type', 'unsupported-media-type', 'Send the body without a content-encoding.', {}, encodings);
  }
  if (bytes.length <= maxBodyBytes) return bytes;
  throw new Problem('too-large', 'body-too-large', `A body may have at most ${maxBodyBytes} bytes; this one has ${bytes.length}.`);
}

/**
 * Parses a JSON body.
 * @throws Problem 413 above 256 KiB, 415 when it is encoded or not declared as JSON, 400 when it is not UTF-8 or not JSON
 */
export function parseBody(event: EventBody, optional: boolean): unknown {
  const bytes = boundedBody(event);
  if (bytes.length === 0 && optional) return {};
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(event.headers['content-type'] ?? '')) {
    throw new Problem('media-type', 'unsupported-media-type', 'Send the body as application/json.');
  }
  return parseJson(bytes);
}

/** @throws Problem 400 `malformed-json` for bytes that are not UTF-8 or not JSON */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Problem(
      'invalid',
      'malformed-json',
      error instanceof SyntaxError ? 'The body is not valid JSON.' : 'The body is not valid UTF-8.',
    );
  }
}

/** The query as an object. An empty value counts as absent; a key given twice is refused. */
export function parseQuery({ rawQueryString }: Pick<APIGatewayProxyEventV2, 'rawQueryString'>): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  if (!rawQueryString) return query;
  try {
    decodeURIComponent(rawQueryString.replaceAll('+', ' '));
  } catch {
    throw new Problem('invalid', 'malformed-query', 'The query string is not valid percent-encoded UTF-8.');
  }
  for (const [key, value] of new URLSearchParams(rawQueryString)) {
    if (key in query) throw invalid([{ pointer: `/query/${pointerPart(key)}`, message: 'is given more than once' }]);
    query[key] = value;
  }
  for (const key of Object.keys(query)) if (query[key] === '') delete query[key];
  return query;
}

/**
 * Checks a value against its schema and gives the parsed one.
 * @param place prefix of the JSON pointers: '' for the body, '/query', '/path'
 * @throws Problem 400 `invalid-request` with a pointer for each fault
 */
export function check<S extends z.ZodMiniType>(schema: S, value: unknown, place: string): z.output<S> {
  const unfit = unstorableText(value, place);
  if (unfit) throw invalid([{ pointer: unfit, message: 'holds a character that cannot be stored (NUL or half a surrogate pair)' }]);
  const result = schema.safeParse(value, { reportInput: true, error: describe });
  if (result.success) return result.data;
  const ofWrongType = new Set<string>();
  const errors = result.error.issues.slice(0, maxErrors).flatMap((issue) => {
    const pointer = [place, ...issue.path.map((part) => pointerPart(String(part)))].join('/');
    // An array has a length too, so zod goes on to say that it is too short for a text: one fault is enough.
    if (ofWrongType.has(pointer)) return [];
    if (issue.code === 'invalid_type') ofWrongType.add(pointer);
    if (issue.code === 'unrecognized_keys') {
      const keys = issue.keys.slice(0, maxErrors);
      return keys.map((key) => ({ pointer: `${pointer}/${pointerPart(key)}`, message: 'is not a known field' }));
    }
    return [{ pointer, message: isAbsent(issue) ? 'is required' : issue.message }];
  });
  throw invalid(errors.slice(0, maxErrors));
}

const invalid = (errors: { pointer: string; message: string }[]) =>
  new Problem('invalid', 'invalid-request', `The request is not valid: ${errors[0]?.pointer || '/'} ${errors[0]?.message}.`, { errors });

const pointerPart = (part: string) => part.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');

/** JSON has no `undefined`, so it means that a member was not sent. Rules over a whole object (`custom`) bring their own message. */
const isAbsent = (issue: z.core.$ZodIssue) => issue.input === undefined && issue.code !== 'custom';

const kinds: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

/** What a length counts; other bounds are of the value itself. */
const counted: Record<string, string> = { string: ' characters', array: ' items' };

/** Says what is wrong with a value, for schemas that do not say it themselves. */
function describe(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type')
    return `must be ${kinds[isWholeNumber(issue.inst) ? 'int' : issue.expected] ?? `of type ${issue.expected}`}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small')
    return `must ${counted[issue.origin] ? 'have' : 'be'} at least ${issue.minimum}${counted[issue.origin] ?? ''}`;
  if (issue.code === 'too_big')
    return `must ${counted[issue.origin] ? 'have' : 'be'} at most ${issue.maximum}${counted[issue.origin] ?? ''}`;
  if (issue.code === 'invalid_format') return `must be a valid ${issue.format}`;
  return 'is not valid';
}

/** `z.int()` calls a text "no number" first; that it has to be a whole one, its definition says. */
const isWholeNumber = (schema: z.core.$ZodRawIssue['inst']) => (schema?._zod.def as { format?: string } | undefined)?.format === 'safeint';

/** The pointer to the first string that PostgreSQL would refuse, if any. Stops at a depth that no schema reaches. */
function unstorableText(value: unknown, pointer: string, depth = 0): string | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? pointer : undefined;
  if (typeof value !== 'object' || value === null || depth > 8) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = unstorableText(member, `${pointer}/${pointerPart(key)}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
