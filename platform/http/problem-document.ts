import type { Problem } from '../errors.ts';
import type { Kind } from '../problem-codes.ts';
import type { ProblemDocument } from './schemas.ts';

/** The one place where a kind of refusal gets its HTTP status. */
export const statusOf = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  method: 405,
  conflict: 409,
  'too-large': 413,
  'media-type': 415,
  unprocessable: 422,
  'too-many': 429,
  outage: 503,
} as const satisfies Record<Kind, number>;

/** Shapes a refusal as RFC 9457; `type` is a URN, so it names the problem without promising a page. */
export function problemDocument(
  status: number,
  code: string,
  detail: string,
  traceId: string,
  extra: Record<string, unknown> = {},
): ProblemDocument {
  const title = code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ');
  return { type: `urn:kelvo:problem:${code}`, title, status, detail, code, traceId, ...extra };
}

export const documentOf = (problem: Problem, traceId: string): ProblemDocument =>
  problemDocument(statusOf[problem.kind], problem.code, problem.message, traceId, problem.extra);
