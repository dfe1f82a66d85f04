/** A request of a benchmark: `path` and `body` may use what the journey has learnt so far. */
export interface Step {
  method: 'GET' | 'POST';
  path: string;
  body?: object;
  headers?: Record<string, string>;
  status: number;
}

/** What one unit of work consists of; a step sees the answer of the one before. `products` are ids with plenty of stock. */
export type Journey = (products: string[], turn: number) => ((previous: Record<string, never>[]) => Step)[];

const product = (products: string[], turn: number) => products[turn % products.length] as string;
const address = { name: 'Ada Byron', line1: '12 St James Square', city: 'Springfield', postalCode: '62704', country: 'US' };
const key = () => ({ 'idempotency-key': crypto.randomUUID() });
// biome-ignore lint/suspicious/noExplicitAny: answers are read as they come
type Any = any;

export const journeys: Record<string, Journey> = {
  list: () => [() => ({ method: 'GET', path: '/api/products', status: 200 })],
  detail: (products, turn) => [() => ({ method: 'GET', path: `/api/products/${product(products, turn)}`, status: 200 })],
  search: () => [() => ({ method: 'GET', path: '/api/search?q=wireless', status: 200 })],
  'cart add': (products, turn) => [
    () => ({
      method: 'POST',
      path: '/api/cart/add',
      body: { sessionId: crypto.randomUUID(), productId: product(products, turn), quantity: 1 },
      status: 200,
    }),
  ],
  checkout: (products, turn) => {
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
      ([, order]: Any[]) => ({
        method: 'POST',
        path: '/api/payment/create-intent',
        headers: { ...key(), 'x-order-token': order.accessToken },
        body: { orderId: order.id },
        status: 201,
      }),
      ([, order, intent]: Any[]) => ({
        method: 'POST',
        path: '/api/payment/confirm',
        headers: { 'x-order-token': order.accessToken },
        body: { intentId: intent.id, paymentMethod: 'pm_card_visa' },
        status: 200,
      }),
    ];
  },
};
