/** What went wrong, in the caller's terms; `platform/http/problem-document.ts` turns a kind into its status. */
export type Kind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'missing'
  | 'method'
  | 'conflict'
  | 'too-large'
  | 'media-type'
  | 'unprocessable'
  | 'too-many'
  | 'outage';

/**
 * A refusal the caller can understand and act on. Anything else that is thrown is a bug and becomes a 500.
 * @param code stable, kebab-case, listed in docs/problems.md: clients switch on it
 * @param extra members added to the problem document, e.g. `{ total }` for `price-changed`
 */
export class Problem extends Error {
  readonly kind: Kind;
  readonly code: string;
  readonly extra: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    kind: Kind,
    code: string,
    detail: string,
    extra: Record<string, unknown> = {},
    { headers = {}, cause }: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause });
    this.name = 'Problem';
    this.kind = kind;
    this.code = code;
    this.extra = extra;
    this.headers = headers;
  }
}

/** A dependency is gone for now: 503 with `Retry-After`. */
export function outage(code: string, detail: string, cause?: unknown): Problem {
  return new Problem('outage', code, detail, {}, { headers: { 'retry-after': '2' }, cause });
}
