import type { ProblemDocument } from '#platform/http/schemas.ts';

/** The error of a failed call: the API's problem document, or one made here if something else answered, or nothing did. */
export class ApiProblem extends Error {
  readonly document: ProblemDocument;
  /** Seconds to wait, from Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(document: ProblemDocument, retryAfter?: number) {
    super(document.detail);
    this.name = 'ApiProblem';
    this.document = document;
    this.retryAfter = retryAfter;
  }

  get code(): string {
    return this.document.code;
  }
  /** 0 when no answer came. */
  get status(): number {
    return this.document.status;
  }
  /** Whether repeating the same request later may succeed. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export const isProblem = (error: unknown, code?: string): error is ApiProblem =>
  error instanceof ApiProblem && (code === undefined || error.code === code);

const standIn = (status: number, code: string, title: string, detail: string): ProblemDocument => ({
  type: `urn:kelvo:problem:${code}`,
  title,
  status,
  detail,
  code,
  traceId: '',
});

export const networkProblem = () =>
  new ApiProblem(standIn(0, 'network', 'No connection', 'We could not reach the shop. Please check your connection and try again.'));

export const sessionEndedProblem = () =>
  new ApiProblem(standIn(401, 'session-ended', 'Session ended', 'You have been signed out. Please sign in again.'));

export const badAnswer = (status: number) =>
  new ApiProblem(
    standIn(
      status < 500 ? 502 : status,
      'bad-answer',
      'Unexpected answer',
      'The shop gave an answer we do not understand. Please try again.',
    ),
  );

/**
 * The problem of an answer that is not 2xx. A body that is no problem document (API Gateway's `{message}`, a proxy's HTML)
 * is never shown: the text is chosen by the status.
 */
export function problemOf(status: number, body: unknown, retryAfter: string | null): ApiProblem {
  const seconds = retryAfter !== null && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  return new ApiProblem(isDocument(body) ? body : wordsFor(status), seconds);
}

function isDocument(body: unknown): body is ProblemDocument {
  if (typeof body !== 'object' || body === null) return false;
  const { code, detail, status, title } = body as Partial<ProblemDocument>;
  return typeof code === 'string' && typeof detail === 'string' && typeof title === 'string' && typeof status === 'number';
}

function wordsFor(status: number): ProblemDocument {
  if (status === 404) return standIn(404, 'not-found', 'Not found', 'We could not find that.');
  if (status === 429)
    return standIn(429, 'rate-limited', 'Too many requests', 'The shop is very busy. Please wait a moment and try again.');
  if (status === 401 || status === 403) return standIn(status, 'forbidden', 'Not allowed', 'You are not allowed to do that.');
  if (status >= 500)
    return standIn(status, 'unavailable', 'Not available', 'The shop is not available right now. Please try again in a moment.');
  return standIn(status, 'refused', 'Refused', 'The shop could not accept that. Please try again.');
}
