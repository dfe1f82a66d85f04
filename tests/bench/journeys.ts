/** A request of a benchmark: `path` and `body` may use what the journey has learnt so far. */
export interface Step {
  method: 'GET' | 'POST';
  path: string;
  body?: object;
  headers?: Record<string, string>;
  status: number;
}

/** What one unit of work consists of; a step sees the answers of those before. `products` are ids with plenty of stock. */
export type Journey = (products: string[], turn: number) => ((previous: Record<string, never>[]) => Step)[];

// Multiplying by a large prime strews the turns over the list, the same way for every server.
const strewn = <T>(list: readonly T[], turn: number): T => list[(turn * 2_654_435_761) % list.length] as T;
const product = (products: string[], turn: number): string => strewn(products, turn);

/** Each finds between a few and some two hundred of the generated products. */
const searchWords =
  `headphones wireless laptop camera keyboard microphone chair sofa mirror clock teapot skillet knife mug watch backpack scarf coat umbrella
  basketball skis bike kite puzzle train notebook pen tent compass telescope classic compact vintage nordic urban brindle harlow juniper ivory amber
  copper walnut`.split(/\s+/);

export const address = { name: 'Ada Byron', line1: '12 St James Square', city: 'Springfield', postalCode: '62704', country: 'US' };
const key = () => ({ 'idempotency-key': crypto.randomUUID() });
// biome-ignore lint/suspicious/noExplicitAny: answers are read as they come
type Any = any;

const checkout: Journey = (products, turn) => {
  const sessionId = crypto.randomUUID();
  return [
    () => ({ method: 'POST', path: '/api/cart/add', body: { sessionId, productId: product(products, turn), quantity: 1 }, status: 200 }),
    () => ({
      method: 'POST',
      path: '/api/orders',
      headers: key(),
      body: { sessionId, email: 'ada@example.com', shippingAddress: address, shippingMethod: 'standard' },
      status: 201,
    }),
  ];
};
const createIntent = ([, order]: Any[]): Step => ({
  method: 'POST',
  path: '/api/payment/create-intent',
  headers: { ...key(), 'x-order-token': order.accessToken },
  body: { orderId: order.id },
  status: 201,
});
const confirm = ([, order, intent]: Any[]): Step => ({
  method: 'POST',
  path: '/api/payment/confirm',
  headers: { 'x-order-token': order.accessToken },
  body: { intentId: intent.id, paymentMethod: 'pm_card_visa' },
  status: 200,
});

/** `checkout` is a cart and its order, `purchase` its payment, too. */
export const journeys: Record<string, Journey> = {
  list: () => [() => ({ method: 'GET', path: '/api/products', status: 200 })],
  detail: (products, turn) => [() => ({ method: 'GET', path: `/api/products/${product(products, turn)}`, status: 200 })],
  search: (_, turn) => [() => ({ method: 'GET', path: `/api/search?q=${strewn(searchWords, turn)}`, status: 200 })],
  'cart add': (products, turn) => [
    () => ({
      method: 'POST',
      path: '/api/cart/add',
      body: { sessionId: crypto.randomUUID(), productId: product(products, turn), quantity: 1 },
      status: 200,
    }),
  ],
  checkout,
  purchase: (products, turn) => [...checkout(products, turn), createIntent, confirm],
};
