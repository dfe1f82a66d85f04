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
 * Every refusal's code, its kind, what it means and what a caller can do: contracts and throws are checked against this list by the compiler,
 * docs/problems.md and docs/openapi.yaml are written from it. Codes are stable and kebab-case.
 * Only types reach the functions: nobody looks a code up at run time, so the texts cost no bundle anything (tests/architecture/bundles.test.ts).
 */
export const problems = {
  'admin-only': { kind: 'forbidden', meaning: "The account is signed in, but is no admin's.", advice: 'Sign in as an admin.' },
  'ads-unavailable': {
    kind: 'outage',
    meaning: 'There are no ads for now.',
    advice: 'Do without, or repeat after `Retry-After` seconds.',
  },
  'ad-not-found': { kind: 'missing', meaning: 'There is no ad with this id, or it was deleted.', advice: 'List the ads.' },
  'already-paid': { kind: 'conflict', meaning: 'The order is paid.', advice: 'Read the order.' },
  'amount-too-large': {
    kind: 'unprocessable',
    meaning: 'The converted amount is too large to be exact.',
    advice: 'Convert it in parts.',
  },
  'being-refunded': { kind: 'conflict', meaning: "All of the order's money is on its way back.", advice: 'Do not send it.' },
  'body-too-large': { kind: 'too-large', meaning: 'The body has more than 256 KiB.', advice: 'Send less.' },
  'cart-empty': { kind: 'conflict', meaning: 'The cart is empty; it may have been ordered already.', advice: 'Read the cart and fill it.' },
  'cart-limit': {
    kind: 'unprocessable',
    meaning: 'More than 99 pieces of a product, or more than 100 products.',
    advice: 'Order the rest separately.',
  },
  'category-in-use': { kind: 'conflict', meaning: 'There are products in the category.', advice: 'Move or delete them first.' },
  'category-not-found': { kind: 'missing', meaning: 'There is no category with this id.', advice: 'List the categories.' },
  'currency-mismatch': {
    kind: 'unprocessable',
    meaning: "`expectedTotal`, or a refund's `amount`, is in another currency than the order.",
    advice: 'Ask for both in the same.',
  },
  'currency-not-base': {
    kind: 'unprocessable',
    meaning: 'A base price is not in US dollars.',
    advice: 'Give it in USD: other currencies are converted.',
  },
  'database-unavailable': {
    kind: 'outage',
    meaning: 'PostgreSQL is gone, busy or too slow for now.',
    advice: 'Repeat after `Retry-After` seconds; with an idempotency key where the route takes one.',
  },
  'dead-letter-not-found': {
    kind: 'missing',
    meaning: 'None of the dead letters is there: they were redriven or deleted meanwhile.',
    advice: 'List them again.',
  },
  'edge-required': {
    kind: 'forbidden',
    meaning: 'The request went to the API past CloudFront.',
    advice: "Call the shop's own address.",
  },
  'email-taken': { kind: 'conflict', meaning: 'There is an account with this e-mail address.', advice: 'Sign in instead.' },
  'faults-not-allowed': {
    kind: 'forbidden',
    meaning: 'This stage allows no faults on purpose.',
    advice: 'Ask another stage, or set its parameter FaultsAllowed.',
  },
  'foreign-origin': {
    kind: 'forbidden',
    meaning: 'A request that works by the cookie came from another site.',
    advice: "Call it from the shop's own pages.",
  },
  'idempotency-key-required': {
    kind: 'invalid',
    meaning: 'The header `Idempotency-Key` is missing or no UUID.',
    advice: 'Make a UUID for each order, intent or refund, and send it with every retry.',
  },
  'idempotency-key-reused': {
    kind: 'unprocessable',
    meaning: 'The key was used for another request.',
    advice: 'Make a new key for a new request.',
  },
  'illegal-transition': {
    kind: 'conflict',
    meaning: "The order's state does not lead to this one; adds `from` and `to`.",
    advice: 'Read the order again.',
  },
  'in-progress': {
    kind: 'conflict',
    meaning: 'The first request with this key is still being worked on.',
    advice: 'Repeat shortly, with the same key.',
  },
  'invalid-cursor': {
    kind: 'invalid',
    meaning: 'The cursor is none, or is one of another query.',
    advice: 'Begin again without `cursor`.',
  },
  'invalid-request': {
    kind: 'invalid',
    meaning: "Path, query or body break the route's schema; `errors[]` says where.",
    advice: 'Correct what the pointers name.',
  },
  'invalid-signature': {
    kind: 'invalid',
    meaning: "The webhook's signature does not fit its body, or is older than five minutes.",
    advice: 'Sign with the right secret and the present time.',
  },
  'malformed-json': { kind: 'invalid', meaning: 'The body is not UTF-8 or not JSON.', advice: 'Send valid JSON.' },
  'malformed-query': { kind: 'invalid', meaning: 'The query string is not percent-encoded UTF-8.', advice: 'Encode it.' },
  'method-not-allowed': {
    kind: 'method',
    meaning: 'The path does not take this method.',
    advice: 'Use one of those in the header `Allow`.',
  },
  'not-cancellable': {
    kind: 'conflict',
    meaning: 'The order is shipped, delivered or expired.',
    advice: 'Ask for a refund, or order anew.',
  },
  'not-shipped': { kind: 'conflict', meaning: "The order's parcel is not on its way.", advice: 'Ship the order first.' },
  'not-payable': { kind: 'conflict', meaning: 'The order, or this attempt to pay it, has ended.', advice: 'Read the order; order anew.' },
  'not-refundable': {
    kind: 'conflict',
    meaning: 'Nothing was paid for this order, or all of it was given back.',
    advice: 'Read the order.',
  },
  'address-not-suppressed': {
    kind: 'missing',
    meaning: 'Mails may go to this address already.',
    advice: 'Look in the mailbox for why one did not arrive.',
  },
  'notification-not-found': { kind: 'missing', meaning: 'There is no mail or text message with this id.', advice: 'List the mailbox.' },
  'order-closed': {
    kind: 'conflict',
    meaning: 'The order is cancelled, expired or refunded: there is nothing to confirm.',
    advice: 'Read the order.',
  },
  'order-not-found': {
    kind: 'missing',
    meaning: 'There is no such order, or it is not yours to see.',
    advice: 'Send its access token in `x-order-token`, or sign in.',
  },
  'out-of-stock': {
    kind: 'conflict',
    meaning: 'Too little stock; adds `items: [{productId, requested, available}]`.',
    advice: 'Order what is available, with a new idempotency key or the same: a refused try leaves the key unused.',
  },
  'payment-not-found': {
    kind: 'missing',
    meaning: 'There is no payment with this intent, or it is not yours.',
    advice: "Send the order's access token in `x-order-token`, or sign in.",
  },
  'payment-processing': {
    kind: 'conflict',
    meaning: 'The payment is under way and cannot be stopped, so the order cannot be cancelled now.',
    advice: 'Look again when it has arrived, or failed.',
  },
  'payment-refused': {
    kind: 'unprocessable',
    meaning: 'The payment provider refuses this payment for good; `detail` says why, `reason` is its code.',
    advice: 'Do not repeat it as it is.',
  },
  'payments-are-real': {
    kind: 'forbidden',
    meaning: 'The payment provider of this stage is Stripe, which gets no made-up orders.',
    advice: 'Ask a stage whose PaymentProvider is mock.',
  },
  'price-changed': {
    kind: 'conflict',
    meaning: 'The total is not `expectedTotal` any more; adds `total`.',
    advice: 'Show the new total, and order with it.',
  },
  'phone-takes-no-texts': {
    kind: 'unprocessable',
    meaning: 'There is consent to text messages, and none can go to the phone: it is no number of its country, or has an extension.',
    advice: 'Give another phone number, or leave `smsConsent` out.',
  },
  'product-not-found': {
    kind: 'missing',
    meaning: 'There is no product with this id, or it is not sold any more.',
    advice: 'List the products.',
  },
  'provider-unavailable': {
    kind: 'outage',
    meaning: 'The payment provider cannot be reached. The order stays as it is.',
    advice: 'Repeat after `Retry-After` seconds.',
  },
  'queue-not-found': {
    kind: 'missing',
    meaning: 'There is no queue of this name; `detail` lists those there are.',
    advice: 'Correct the name.',
  },
  'queues-unavailable': {
    kind: 'outage',
    meaning: 'Amazon SQS cannot be reached. What was redriven before stays so.',
    advice: 'Repeat after `Retry-After` seconds.',
  },
  'rate-limited': { kind: 'too-many', meaning: 'The address asked too often.', advice: 'Wait `Retry-After` seconds.' },
  'refund-refused': {
    kind: 'conflict',
    meaning: 'The payment provider does not give the money back, so the order is not cancelled; `detail` says why, `reason` is its code.',
    advice: 'Ask the shop.',
  },
  'refund-too-large': {
    kind: 'unprocessable',
    meaning: 'The amount is more than is left of what was paid; adds `left`.',
    advice: 'Give back at most that.',
  },
  'route-not-found': { kind: 'missing', meaning: 'There is nothing at this path.', advice: 'Correct the path.' },
  'session-ended': { kind: 'unauthenticated', meaning: 'The refresh token is missing, used up, revoked or too old.', advice: 'Sign in.' },
  'slug-taken': { kind: 'conflict', meaning: 'Another product or category has this slug.', advice: 'Choose another, or leave it out.' },
  'stock-changed': {
    kind: 'conflict',
    meaning: 'The stock is not `expectedStock` any more; adds `stock`.',
    advice: 'Look again, and send what it should be now.',
  },
  'synonym-exists': {
    kind: 'conflict',
    meaning: 'What is said has this meaning already: words count by what is searched for, so `Couches` is `couch`.',
    advice: 'Change the one that is there.',
  },
  'synonym-not-found': { kind: 'missing', meaning: 'There is no synonym with this id.', advice: 'List the synonyms.' },
  timeout: {
    kind: 'outage',
    meaning: 'The request took too long and was given up.',
    advice: 'Look what was done, then repeat; with the same idempotency key where the route takes one.',
  },
  'too-many-attempts': {
    kind: 'too-many',
    meaning: 'Too many failed sign-ins, for this account or from this address.',
    advice: 'Wait `Retry-After` seconds.',
  },
  'total-too-large': {
    kind: 'unprocessable',
    meaning: 'The total is more than the payment provider takes at once; adds `most`.',
    advice: 'Order in parts.',
  },
  'total-too-small': {
    kind: 'unprocessable',
    meaning: 'The total is less than the payment provider takes; adds `least`.',
    advice: 'Order more with it.',
  },
  'traffic-is-on': {
    kind: 'conflict',
    meaning: 'There is made-up traffic already. The answer adds its `runId`.',
    advice: 'Wait for its end, or stop it.',
  },
  'traffic-not-found': { kind: 'missing', meaning: 'There is no made-up traffic with this id.', advice: 'Start some.' },
  unauthenticated: {
    kind: 'unauthenticated',
    meaning: 'No access token, or one that is not valid any more.',
    advice: 'Refresh the session, or sign in.',
  },
  'tracking-incomplete': {
    kind: 'unprocessable',
    meaning: 'A carrier without a tracking number, or a number without a carrier, and the order has none of its own.',
    advice: 'Give both.',
  },
  'unknown-category': { kind: 'unprocessable', meaning: 'A body names a category that there is not.', advice: 'List the categories.' },
  'unknown-payment-method': {
    kind: 'unprocessable',
    meaning: 'The provider does not know this payment method.',
    advice: "Use one that it knows; `errors[]` lists the mock's.",
  },
  'unknown-product': {
    kind: 'unprocessable',
    meaning: 'A body names a product that there is not; `errors[]` says where.',
    advice: 'Take it out.',
  },
  'unsupported-media-type': {
    kind: 'media-type',
    meaning: 'The body is not declared as JSON, or it has a `content-encoding`.',
    advice: 'Send `content-type: application/json`, and the body as it is.',
  },
  'user-not-found': { kind: 'missing', meaning: 'There is no such account, or it is not yours to see.', advice: 'Ask for your own.' },
  'wrong-credentials': { kind: 'unauthenticated', meaning: 'E-mail address and password do not fit.', advice: 'Correct them.' },
  'wrong-password': { kind: 'forbidden', meaning: 'The current password is not right.', advice: 'Give the current one.' },
} as const satisfies Record<string, { kind: Kind; meaning: string; advice: string }>;

export type ProblemCode = keyof typeof problems;
export type KindOf<C extends ProblemCode> = (typeof problems)[C]['kind'];

/** The codes of one kind. */
export type CodeOf<K extends Kind> = { [C in ProblemCode]: KindOf<C> extends K ? C : never }[ProblemCode];
