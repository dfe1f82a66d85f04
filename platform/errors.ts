import type { CodeOf, Kind, KindOf, ProblemCode } from './problem-codes.ts';

/**
 * A refusal the caller can understand and act on. Anything else that is thrown is a bug and becomes a 500.
 * @param code of `platform/problem-codes.ts`, which says its kind too: clients switch on it
 * @param extra members added to the problem document, e.g. `{ total }` for `price-changed`
 */
export class Problem<Code extends ProblemCode = ProblemCode> extends Error {
  readonly kind: Kind;
  readonly code: ProblemCode;
  readonly extra: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    kind: KindOf<Code>,
    code: Code,
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
export function outage(code: CodeOf<'outage'>, detail: string, cause?: unknown): Problem {
  return new Problem('outage', code, detail, {}, { headers: { 'retry-after': '2' }, cause });
}
