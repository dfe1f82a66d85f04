/**
 * One visit of the shop: somebody looks around, some search, 40 of 100 put something into the cart, and 15 of these buy it. Played by k6 (k6.ts)
 * and by Node (scripts/load/drive.ts), so it imports neither's modules.
 */

/** An answer, read: the status is 0 where none came. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what is expected of it stands in the checks
  body: any;
}

export interface Ask {
  method: 'GET' | 'POST';
  /** With ids in it. */
  path: string;
  /** The route, which times are counted by: `/api/products/{id}`. */
  route: string;
  body?: object;
  headers?: Record<string, string>;
}

/** What plays the visit. k6 waits in place and Node by promises: `await` suits both. */
export interface Player {
  ask(request: Ask): Answer | Promise<Answer>;
  /** Notes whether an answer holds what it must. @returns whether it does */
  check(what: string, holds: boolean): boolean;
  /** Reads, decides, types. */
  think(seconds: number): void | Promise<void>;
  /** How many visits began before this one, of all shoppers. */
  turn(): number;
  /** From 0 up to, but not including, 1. */
  random(): number;
  uuid(): string;
}

interface Product {
  id: string;
  stock: number;
}

const words = 'lamp chair headphones watch backpack knife mug bike camera tent notebook puzzle'.split(' ');
const address = { name: 'Ada Byron', line1: '12 St James Square', city: 'Springfield', postalCode: '62704', country: 'US' };

/** Share of visits that put something into the cart, and that then buy it. */
const carts = 0.4;
const purchases = 0.15;
const searches = 0.4;

export async function visit(player: Player): Promise<void> {
  const { check, random } = player;
  const chance = share(player.turn());
  const offered = await lookAround(player);
  const found = random() < searches ? await search(player) : [];
  const products = [...found, ...offered].filter(({ stock }) => stock >= 5);
  if (!check('there is something to buy', products.length > 0)) return player.think(between(random, 1, 3));
  const wanted = products[Math.floor(random() * products.length)] as Product;
  await lookAt(player, wanted);
  if (chance < carts) {
    const sessionId = player.uuid();
    if ((await fillCart(player, sessionId, wanted)) && chance < purchases) await buy(player, sessionId, wanted);
  }
  await player.think(between(random, 1, 3));
}

async function lookAround({ ask, check, think, random }: Player): Promise<Product[]> {
  const categories = await ask({ method: 'GET', path: '/api/categories', route: '/api/categories' });
  check('categories are listed', categories.status === 200 && categories.body?.items?.length > 0);
  const page = await ask({ method: 'GET', path: '/api/products?limit=24', route: '/api/products' });
  check('products are listed with prices', page.status === 200 && page.body?.items?.[0]?.price?.amount > 0);
  await think(between(random, 1, 3));
  return page.body?.items ?? [];
}

async function search({ ask, check, think, random }: Player): Promise<Product[]> {
  const word = words[Math.floor(random() * words.length)] as string;
  const typed = word.slice(0, 3);
  const suggested = await ask({ method: 'GET', path: `/api/search/suggest?q=${typed}`, route: '/api/search/suggest' });
  check('words are suggested', suggested.status === 200 && Array.isArray(suggested.body?.queries));
  await think(between(random, 0.5, 1.5));
  const hits = await ask({ method: 'GET', path: `/api/search?q=${word}`, route: '/api/search' });
  check('a search has hits and their number', hits.status === 200 && hits.body?.total >= hits.body?.items?.length);
  await think(between(random, 1, 3));
  return hits.body?.items ?? [];
}

async function lookAt({ ask, check, think, random }: Player, { id }: Product): Promise<void> {
  const product = await ask({ method: 'GET', path: `/api/products/${id}`, route: '/api/products/{id}' });
  check('a product is the one that was asked for', product.status === 200 && product.body?.id === id);
  const more = await ask({ method: 'GET', path: `/api/recommendations?productId=${id}&limit=4`, route: '/api/recommendations' });
  check('something is recommended', more.status === 200 && more.body?.items?.length > 0);
  const seen = await ask({ method: 'POST', path: '/api/beacon', route: '/api/beacon', body: { kind: 'product-view', ids: [id] } });
  check('a view is counted', seen.status === 204);
  await think(between(random, 2, 5));
}

/** @returns whether it is in the cart */
async function fillCart({ ask, check, think, random }: Player, sessionId: string, { id }: Product): Promise<boolean> {
  const body = { sessionId, productId: id, quantity: 1 };
  const added = await ask({ method: 'POST', path: '/api/cart/add', route: '/api/cart/add', body });
  check('the cart has what was put into it', added.status === 200 && added.body?.itemCount === 1);
  await think(between(random, 1, 2));
  const cart = await ask({ method: 'GET', path: `/api/cart/${sessionId}`, route: '/api/cart/{sessionId}' });
  return check('the cart keeps it', cart.status === 200 && cart.body?.items?.[0]?.productId === id);
}

async function buy({ ask, check, think, random, uuid }: Player, sessionId: string, { id }: Product): Promise<void> {
  const quote = { sessionId, country: address.country };
  const quoted = await ask({ method: 'POST', path: '/api/shipping/quote', route: '/api/shipping/quote', body: quote });
  check('shipping has a price', quoted.status === 200 && quoted.body?.quotes?.length > 0);
  await think(between(random, 2, 5));
  const placed = await ask({
    method: 'POST',
    path: '/api/orders',
    route: '/api/orders',
    headers: { 'idempotency-key': uuid() },
    body: { sessionId, email: `load-${sessionId}@traffic.example`, shippingAddress: address, shippingMethod: 'standard' },
  });
  if (!check('an order has what was in the cart', placed.status === 201 && placed.body?.items?.[0]?.productId === id)) return;
  const order = placed.body as { id: string; accessToken: string; total: { amount: number } };
  const headers = { 'x-order-token': order.accessToken };
  const intent = await ask({
    method: 'POST',
    path: '/api/payment/create-intent',
    route: '/api/payment/create-intent',
    headers: { ...headers, 'idempotency-key': uuid() },
    body: { orderId: order.id },
  });
  if (!check('the whole order is to be paid', intent.status === 201 && intent.body?.amount?.amount === order.total.amount)) return;
  await think(between(random, 1, 3));
  const confirm = { intentId: intent.body.id, paymentMethod: 'pm_card_visa' };
  const paid = await ask({ method: 'POST', path: '/api/payment/confirm', route: '/api/payment/confirm', headers, body: confirm });
  check('the card is charged', paid.status === 200 && paid.body?.status === 'succeeded');
  const read = await ask({ method: 'GET', path: `/api/orders/${order.id}`, route: '/api/orders/{id}', headers });
  check('the order is paid', read.status === 200 && read.body?.status === 'paid');
}

/** Strews turns evenly over 0 to 1 (multiples of the golden ratio): every dozen visits has its purchase, whatever is drawn. */
const share = (turn: number): number => (turn * 0.618_033_988_75) % 1;
const between = (random: () => number, from: number, to: number): number => from + random() * (to - from);
