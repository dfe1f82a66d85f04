import { randomUUID } from 'node:crypto';

interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each step reads what it needs of another shape
  body: any;
}

/** Buys something as a guest over HTTP, from the list of products to the paid order. @throws Error at the first step that goes wrong */
export async function buyAsGuest(url: string, say: (line: string) => void): Promise<void> {
  async function step(
    what: string,
    expected: number,
    path: string,
    { body, headers }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Reply['body']> {
    const since = performance.now();
    const response = await fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    say(`${what}: ${response.status} (${Math.round(performance.now() - since)} ms)`);
    if (response.status !== expected) throw new Error(`${what}: expected ${expected}, got ${response.status} ${text.slice(0, 500)}`);
    return JSON.parse(text);
  }

  const { items } = await step('list', 200, '/api/products?category=electronics&sort=popularity&limit=5');
  const product = await step('detail', 200, `/api/products/${items[0].id}`);
  const cart = await step('cart', 200, '/api/cart/add', { body: { productId: product.id, quantity: 2 } });
  const order = await step('order', 201, '/api/orders', {
    headers: { 'idempotency-key': randomUUID() },
    body: {
      sessionId: cart.sessionId,
      email: 'ada@example.com',
      shippingAddress: { name: 'Ada Byron', line1: '12 St James Square', city: 'Springfield', postalCode: '62704', country: 'US' },
      shippingMethod: 'standard',
    },
  });
  const asGuest = { 'x-order-token': order.accessToken as string };
  const intent = await step('intent', 201, '/api/payment/create-intent', {
    headers: { ...asGuest, 'idempotency-key': randomUUID() },
    body: { orderId: order.id },
  });
  await step('confirm', 200, '/api/payment/confirm', { headers: asGuest, body: { intentId: intent.id, paymentMethod: 'pm_card_visa' } });
  const paid = await step('order, again', 200, `/api/orders/${order.id}`, { headers: asGuest });
  if (paid.status !== 'paid') throw new Error(`the order is ${paid.status}, expected paid`);
  say(`order ${paid.number} is paid: ${paid.total.amount} ${paid.total.currency} for ${paid.items[0].quantity} × ${paid.items[0].name}`);
  const left = (await step('detail, again', 200, `/api/products/${product.id}`)).stock;
  // Catalog reads are cached for a few seconds.
  say(`stock of it: ${product.stock} before, ${left} now`);
}
