import { loginRoute, registerRoute } from '#functions/auth/lib/contract.ts';
import {
  addItemRoute,
  type Cart,
  clearCartRoute,
  getCartRoute,
  mergeCartRoute,
  removeItemRoute,
  updateItemRoute,
} from '#functions/cart/lib/contract.ts';
import { getOrderRoute, listOrdersRoute, placeOrderRoute } from '#functions/orders/lib/contract.ts';
import { confirmPaymentRoute, createIntentRoute, getPaymentConfigRoute } from '#functions/payments/lib/contract.ts';
import { quoteShippingRoute } from '#functions/shipping/lib/contract.ts';
import { lookAround, openProduct, type Shown } from './looking.ts';
import { pricedFor, readingMs, type Shopper } from './shopper.ts';
import { ask, insist, type Journey } from './step.ts';

/** Looks at products and puts some that are there into the cart. @returns the cart; undefined when nothing went into it */
export function* fillCart(shopper: Shopper, seen: Shown[], most: number): Journey<Cart | undefined> {
  const { chances } = shopper;
  let cart: Cart | undefined;
  for (let wanted = chances.whole(1, most); wanted > 0; wanted -= 1) {
    const product = yield* openProduct(shopper, yield* lookAround(shopper, seen));
    if (!product || product.stock === 0) continue;
    const quantity = Math.min(product.stock, chances.happens(0.8) ? 1 : chances.whole(2, 3));
    const body = { sessionId: shopper.sessionId, productId: product.id, quantity };
    const added = yield* ask(
      addItemRoute,
      { query: pricedFor(shopper), body },
      { thinkMs: readingMs(shopper), accessToken: shopper.accessToken, expected: ['unknown-product'] },
    );
    cart = added ?? cart;
  }
  return cart;
}

/** Thinks better of it: another quantity, or something less; and goes away, mostly without emptying the cart. */
export function* abandonCart(shopper: Shopper, cart: Cart): Journey {
  const { chances, sessionId } = shopper;
  const productId = chances.oneOf(cart.items)?.productId;
  const query = pricedFor(shopper);
  if (productId && chances.happens(0.4)) {
    const body = { sessionId, productId, quantity: chances.whole(1, 4) };
    yield* ask(updateItemRoute, { query, body }, { thinkMs: readingMs(shopper), expected: ['unknown-product'] });
  }
  if (chances.happens(0.5)) yield* askForShipping(shopper);
  if (productId && chances.happens(0.2))
    yield* ask(removeItemRoute, { params: { sessionId, productId }, query }, { thinkMs: readingMs(shopper) });
  if (chances.happens(0.1)) yield* ask(clearCartRoute, { params: { sessionId }, query }, { thinkMs: readingMs(shopper) });
}

/**
 * Signs in, as one of a few hundred people: they register, and who is known already signs in with the password. That never fails, so it meets no limit
 * of failed sign-ins, and makes no more accounts than there are people. The cart comes along, under an id of the account's own.
 */
export function* signIn(shopper: Shopper): Journey {
  const { accountEmail: email, password, name } = shopper.person;
  const registered = yield* ask(
    registerRoute,
    { body: { email, password, name } },
    { thinkMs: readingMs(shopper), expected: ['email-taken'] },
  );
  const session = registered ?? (yield* ask(loginRoute, { body: { email, password } }, { thinkMs: readingMs(shopper) }));
  if (!session) return;
  const { accessToken } = session;
  const merged = yield* ask(mergeCartRoute, { query: pricedFor(shopper), body: { sessionId: shopper.sessionId } }, { accessToken });
  if (merged) Object.assign(shopper, { accessToken, sessionId: merged.sessionId });
}

function* askForShipping(shopper: Shopper) {
  const { country, postalCode } = shopper.person.address;
  const body = { sessionId: shopper.sessionId, country, ...(postalCode && { postalCode }), ...pricedFor(shopper) };
  const answer = yield* ask(quoteShippingRoute, { body }, { thinkMs: readingMs(shopper) });
  return answer?.quotes ?? [];
}

/** From the cart to a paid order: mostly. One in twenty leaves before paying, and that order expires as any does. */
export function* checkOut(shopper: Shopper): Journey {
  const { chances, person, sessionId, accessToken } = shopper;
  yield* ask(getCartRoute, { params: { sessionId }, query: pricedFor(shopper) }, { thinkMs: readingMs(shopper), accessToken });
  const quote = chances.oneOf(yield* askForShipping(shopper));
  if (!quote) return;
  yield* ask(getPaymentConfigRoute, {});
  const order = yield* insist(
    placeOrderRoute,
    {
      idempotencyKey: shopper.newId(),
      body: {
        sessionId,
        email: person.orderEmail,
        shippingAddress: person.address,
        shippingMethod: quote.method,
        expectedTotal: quote.total,
        ...pricedFor(shopper),
      },
    },
    { thinkMs: chances.time(6_000), accessToken },
  );
  if (!order || chances.happens(0.05)) return;
  const rights = { accessToken, orderToken: order.accessToken };
  const intent = yield* insist(createIntentRoute, { idempotencyKey: shopper.newId(), body: { orderId: order.id } }, rights);
  if (!intent || !(yield* pay(shopper, intent.id, rights))) return;
  for (let looks = chances.whole(1, 3); looks > 0; looks -= 1)
    yield* ask(getOrderRoute, { params: { id: order.id } }, { ...rights, thinkMs: chances.time(1_500) });
  if (accessToken && chances.happens(0.5)) yield* ask(listOrdersRoute, { query: {} }, { thinkMs: readingMs(shopper), accessToken });
}

const goodCards = ['pm_card_visa', 'pm_card_mastercard', 'pm_card_amex'];
const badCards = ['pm_card_declined', 'pm_card_chargeDeclinedInsufficientFunds', 'pm_card_chargeDeclinedExpiredCard'];

/**
 * Pays: with a card that is declined in one case of eight, and then with another one, or not at all; with one whose bank asks back in one of twenty.
 * @returns whether it is paid
 */
function* pay(
  { chances }: Shopper,
  intentId: string,
  rights: { accessToken: string | undefined; orderToken: string | undefined },
): Journey<boolean> {
  const confirm = (paymentMethod = 'pm_card_visa') =>
    insist(confirmPaymentRoute, { body: { intentId, paymentMethod } }, { ...rights, thinkMs: chances.time(4_000) });
  if (chances.happens(0.12)) {
    const declined = yield* confirm(chances.oneOf(badCards));
    if (!declined || chances.happens(0.2)) return false;
  }
  const asked = chances.happens(0.05) ? 'pm_card_authenticationRequired' : undefined;
  const first = yield* confirm(asked ?? chances.oneOf(goodCards));
  const last = first?.status === 'requires_action' ? yield* confirm(asked) : first;
  if (last?.status !== 'failed') return last?.status === 'succeeded';
  const second = yield* confirm(chances.oneOf(goodCards)); // declined at a rate, in a demonstration: another card may do
  return second?.status === 'succeeded';
}
