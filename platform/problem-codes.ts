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
 * Every refusal's code and its kind: the one list that contracts, throws and docs/openapi.yaml share, checked by the compiler.
 * Codes are stable, kebab-case and explained in docs/problems.md. Only types reach the functions: nobody looks a code up at run time.
 */
export const kindOfCode = {
  'admin-only': 'forbidden',
  'already-paid': 'conflict',
  'being-refunded': 'conflict',
  'body-too-large': 'too-large',
  'cart-empty': 'conflict',
  'cart-limit': 'unprocessable',
  'category-in-use': 'conflict',
  'category-not-found': 'missing',
  'currency-mismatch': 'unprocessable',
  'currency-not-base': 'unprocessable',
  'database-unavailable': 'outage',
  'email-taken': 'conflict',
  'foreign-origin': 'forbidden',
  'idempotency-key-required': 'invalid',
  'idempotency-key-reused': 'unprocessable',
  'illegal-transition': 'conflict',
  'in-progress': 'conflict',
  'invalid-cursor': 'invalid',
  'invalid-request': 'invalid',
  'invalid-signature': 'invalid',
  'malformed-json': 'invalid',
  'malformed-query': 'invalid',
  'method-not-allowed': 'method',
  'not-cancellable': 'conflict',
  'not-payable': 'conflict',
  'not-refundable': 'conflict',
  'order-not-found': 'missing',
  'out-of-stock': 'conflict',
  'payment-not-found': 'missing',
  'price-changed': 'conflict',
  'product-not-found': 'missing',
  'provider-unavailable': 'outage',
  'rate-limited': 'too-many',
  'refund-too-large': 'unprocessable',
  'route-not-found': 'missing',
  'session-ended': 'unauthenticated',
  'slug-taken': 'conflict',
  'stock-changed': 'conflict',
  timeout: 'outage',
  'too-many-attempts': 'too-many',
  unauthenticated: 'unauthenticated',
  'unknown-category': 'unprocessable',
  'unknown-payment-method': 'unprocessable',
  'unknown-product': 'unprocessable',
  'unsupported-media-type': 'media-type',
  'user-not-found': 'missing',
  'wrong-credentials': 'unauthenticated',
  'wrong-password': 'forbidden',
} as const satisfies Record<string, Kind>;

export type ProblemCode = keyof typeof kindOfCode;
export type KindOf<C extends ProblemCode> = (typeof kindOfCode)[C];

/** The codes of one kind. */
export type CodeOf<K extends Kind> = { [C in ProblemCode]: KindOf<C> extends K ? C : never }[ProblemCode];
