import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, type Reply, type Shop, startShop, stockOf } from '#tests/support/shop.ts';

let shop: Shop;
let admin: Person;
beforeAll(async () => {
  shop = await startShop();
  admin = await signIn(shop, 'admin');
});
afterAll(() => shop.end());

const price = { amount: 1999, currency: 'USD' };
const fresh = (more: object = {}) => ({ name: `Copper kettle ${randomUUID()}`, description: 'Boils water.', price, ...more });
const create = (body: object) => admin.call('/api/products', { body });
const created = async (more: object = {}) => (await create(fresh(more))).body;
const put = (id: string, body: object) => admin.call(`/api/products/${id}`, { method: 'PUT', body });
const setStock = (id: string, body: object) => admin.call(`/api/products/${id}/stock`, { method: 'PUT', body });
const remove = (id: string) => admin.call(`/api/products/${id}`, { method: 'DELETE' });
const movementsOf = (id: string, query = '') => admin.call(`/api/products/${id}/stock-movements${query}`);
const auditOf = async (subject: string) => (await admin.call(`/api/admin/audit-log?subject=${subject}`)).body.items;
const sumOf = (movements: { delta: number }[]) => movements.reduce((sum, { delta }) => sum + delta, 0);

describe('a new product', () => {
  it('needs a name, a description and a price, and is on the shelf at once', async () => {
    const { status, body } = await create({ name: 'Chef’s Copper Kettle', description: 'Boils water.', price });
    expect(status).toBe(201);
    expect(body).toMatchObject({ slug: 'chefs-copper-kettle', category: null, price, stock: 0, imageUrl: '', tags: [] });
    expect((await shop.call(`/api/products/${body.id}`)).body).toEqual(body);
  });

  it('takes the optional fields, and its first stock is a movement', async () => {
    const [category] = (await shop.call('/api/categories?limit=1')).body.items;
    const more = { slug: 'kettle-no-9', categoryId: category.id, stock: 12, imageUrl: '/products/kettle.webp', tags: ['copper', 'tea'] };
    const { body } = await create(fresh(more));
    const { id, slug, name } = category;
    expect(body).toMatchObject({ slug: 'kettle-no-9', category: { id, slug, name }, stock: 12, imageUrl: more.imageUrl, tags: more.tags });
    const { body: movements } = await movementsOf(body.id);
    expect(movements).toMatchObject({
      items: [{ delta: 12, reason: 'initial stock', orderId: null, actor: `admin:${admin.id}` }],
      nextCursor: null,
    });
  });

  it('with the name of another gets a slug of its own, also when twenty are added at once', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => create({ name: 'Twin mug', description: 'One of many.', price })));
    expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(201));
    const slugs = replies.map(({ body }) => body.slug);
    expect(new Set(slugs).size).toBe(20);
    expect(slugs).toContain('twin-mug');
    for (const slug of slugs) expect(slug).toMatch(/^twin-mug(-[0-9a-f]{8})?$/);
  });

  it('is refused with a slug that is taken, a category that is not there, or a price that is not the base price', async () => {
    const { slug } = await created();
    expect((await create(fresh({ slug }))).body).toMatchObject({ status: 409, code: 'slug-taken', errors: [{ pointer: '/slug' }] });
    expect((await create(fresh({ categoryId: randomUUID() }))).body).toMatchObject({ status: 422, code: 'unknown-category' });
    expect((await create(fresh({ price: { amount: 5, currency: 'EUR' } }))).body).toMatchObject({ status: 422, code: 'currency-not-base' });
  });

  it('takes no field that is not its own', async () => {
    const wrong = {
      id: randomUUID(),
      role: 'admin',
      archivedAt: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      popularity: 9,
      priceAmount: 1,
    };
    for (const [key, value] of Object.entries(wrong)) {
      expect((await create(fresh({ [key]: value }))).body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: `/${key}` }] });
    }
    for (const body of [
      fresh({ price: { ...price, currency: 'usd' } }),
      fresh({ price: { amount: -1, currency: 'USD' } }),
      fresh({ price: { amount: 100_000_000, currency: 'USD' } }),
      fresh({ stock: -1 }),
      fresh({ stock: 1e12 }),
      fresh({ imageUrl: 'javascript:alert(1)' }),
      fresh({ imageUrl: '//elsewhere.example/x.png' }),
      fresh({ tags: ['a', 'a'] }),
    ])
      expect((await create(body)).body, JSON.stringify(body)).toMatchObject({ status: 400, code: 'invalid-request' });
  });
});

describe('a changed product', () => {
  it('keeps what the body leaves out', async () => {
    const [{ id: categoryId }] = (await shop.call('/api/categories?limit=1')).body.items;
    const before = await created({ stock: 5, tags: ['tea'], imageUrl: '/products/kettle.webp', categoryId });
    const { status, body } = await put(before.id, { name: 'New name', description: 'New words.', price: { amount: 5, currency: 'USD' } });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      name: 'New name',
      description: 'New words.',
      price: { amount: 5, currency: 'USD' },
      updatedAt: body.updatedAt,
    });
    expect((await put(before.id, { ...fresh(), tags: [], stock: 7, categoryId: null })).body).toMatchObject({
      tags: [],
      stock: 7,
      category: null,
    });
    expect((await movementsOf(before.id)).body.items.map(({ delta }: { delta: number }) => delta)).toEqual([2, 5]);
  });

  it('cannot take the slug of another, nor be one that is not there', async () => {
    const [one, two] = [await created(), await created()];
    expect((await put(one.id, fresh({ slug: two.slug }))).body).toMatchObject({ status: 409, code: 'slug-taken' });
    expect((await put(one.id, fresh({ slug: one.slug }))).status).toBe(200);
    expect((await put(randomUUID(), fresh())).body).toMatchObject({ status: 404, code: 'product-not-found' });
  });
});

describe('the events of a product', () => {
  const eventsOf = async (id: string) =>
    (
      await shop.database.query<{ type: string; data: { productId: string; updatedAt: string } }>(
        "select type, event->'data' as data from outbox where event->>'subject' = $1 order by event->'data'->>'updatedAt'",
        [id],
      )
    ).map(({ type, data }) => ({ type, ...data }));

  it('tell of each change with the updatedAt that it gave, and not of its stock', async () => {
    const product = await created({ stock: 3 });
    const { body: changed } = await put(product.id, fresh());
    await setStock(product.id, { stock: 7 });
    await remove(product.id);
    const told = await eventsOf(product.id);
    expect(told).toEqual([
      { type: 'product.changed.v1', productId: product.id, updatedAt: product.updatedAt },
      { type: 'product.changed.v1', productId: product.id, updatedAt: changed.updatedAt },
      { type: 'product.archived.v1', productId: product.id, updatedAt: expect.any(String) },
    ]);
  });

  it('come once for a product whose first slug was taken', async () => {
    const { name } = await created();
    const twin = await created({ name });
    expect((await eventsOf(twin.id)).length).toBe(1);
  });

  it('are not there for a change that was refused', async () => {
    const [one, two] = [await created(), await created()];
    expect((await put(one.id, fresh({ slug: two.slug }))).status).toBe(409);
    expect((await create(fresh({ slug: one.slug }))).status).toBe(409);
    expect([await eventsOf(one.id), await eventsOf(two.id)].map((told) => told.length)).toEqual([1, 1]);
  });

  it('are in order although the clock of who changes it is behind that of the last change', async () => {
    const { id } = await created();
    const [row] = await shop.database.query<{ updated_at: Date }>(
      "update products set updated_at = updated_at + interval '1 hour' where id = $1 returning updated_at",
      [id],
    );
    const { body } = await put(id, fresh({ stock: 4 }));
    expect(Date.parse(body.updatedAt)).toBe(Number(row?.updated_at) + 1);
    expect((await eventsOf(id)).at(-1)?.updatedAt).toBe(body.updatedAt);
  });
});

describe('a deleted product', () => {
  const rowsOf = (id: string) => shop.database.query('select archived_at from products where id = $1', [id]);

  it('that nobody ordered is gone, and carts do not show it any more', async () => {
    const { id } = await created({ stock: 5 });
    const { body: cart } = await shop.call('/api/cart/add', { body: { productId: id, quantity: 1 } });
    expect((await remove(id)).status).toBe(204);
    expect(await rowsOf(id)).toEqual([]);
    expect((await shop.call(`/api/products/${id}`)).status).toBe(404);
    expect((await shop.call(`/api/cart/${cart.sessionId}`)).body).toMatchObject({ items: [], version: cart.version });
    expect((await remove(id)).body).toMatchObject({ status: 404, code: 'product-not-found' });
  });

  it('that an order names is archived: the order still shows it, nobody can buy it, and its slug is free', async () => {
    const product = await created({ stock: 5 });
    const buyer = guest(shop);
    const { body: order } = await buyer.order([{ productId: product.id, quantity: 2 }]);
    const { body: cart } = await shop.call('/api/cart/add', { body: { productId: product.id, quantity: 1 } });
    expect((await remove(product.id)).status).toBe(204);
    expect(await rowsOf(product.id)).toEqual([{ archived_at: expect.any(Date) }]);
    expect((await buyer.read(order)).body.items).toMatchObject([{ productId: product.id, name: product.name }]);
    expect((await shop.call(`/api/cart/${cart.sessionId}`)).body.items).toEqual([]);
    expect((await buyer.order([{ productId: product.id, quantity: 1 }])).body).toMatchObject({ status: 422, code: 'unknown-product' });
    expect((await shop.call('/api/products?limit=100')).body.items.map(({ id }: { id: string }) => id)).not.toContain(product.id);
    expect((await put(product.id, fresh())).status).toBe(404);
    expect((await setStock(product.id, { stock: 1 })).status).toBe(404);
    expect((await create(fresh({ slug: product.slug }))).status).toBe(201);
    expect((await buyer.cancel(order)).body.status).toBe('cancelled');
    expect((await movementsOf(product.id)).body.items.map(({ delta }: { delta: number }) => delta)).toEqual([2, -2, 5]);
  });

  it('while it is ordered and put into carts is either ordered and archived, or neither', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await created({ stock: 50 });
      const buyer = guest(shop);
      const add = () => shop.call('/api/cart/add', { body: { productId: id, quantity: 1 } });
      const [removed, ...rest] = await Promise.all([
        remove(id),
        ...Array.from({ length: 8 }, () => buyer.order([{ productId: id, quantity: 1 }])),
        ...Array.from({ length: 8 }, add),
      ]);
      expect(removed?.status).toBe(204);
      expect(rest.filter(({ status, body }) => status !== 201 && status !== 200 && body?.code !== 'unknown-product')).toEqual([]);
      const ordered = rest.filter(({ status }) => status === 201).length;
      expect(await rowsOf(id)).toHaveLength(ordered > 0 ? 1 : 0);
      expect((await shop.call(`/api/products/${id}`)).status).toBe(404);
    }
  });
});

describe('an order that is about to name a product', () => {
  /** Lets `ask` begin while another connection is deleting the product, and waits until it stands before that lock. */
  async function whileDeleting(id: string, ask: () => Promise<Reply>): Promise<Reply> {
    const other = new pg.Client({ connectionString: shop.database.adminUrl });
    await other.connect();
    await other.query('begin');
    await other.query('delete from products where id = $1', [id]);
    const reply = ask();
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(() => shop.database.query(waiting), { timeout: 4_000, interval: 10 }).toHaveLength(1);
    await other.query('commit');
    await other.end();
    return reply;
  }

  it('that is deleted at that moment is told so', async () => {
    const { id: productId } = await created({ stock: 5 });
    const items = [{ productId, quantity: 1 }];
    expect((await whileDeleting(productId, () => guest(shop).order(items))).body).toMatchObject({ status: 422, code: 'unknown-product' });
  });
});

describe('stock', () => {
  it('is set to a number, and the difference is a movement', async () => {
    const { id } = await created({ stock: 5 });
    expect((await setStock(id, { stock: 9, expectedStock: 5, reason: 'delivery' })).body).toMatchObject({ id, stock: 9 });
    expect((await setStock(id, { stock: 0 })).body.stock).toBe(0);
    expect((await setStock(id, { stock: 0 })).body.stock).toBe(0);
    expect((await movementsOf(id)).body.items).toMatchObject([
      { delta: -9, reason: 'corrected', orderId: null },
      { delta: 4, reason: 'delivery', actor: `admin:${admin.id}` },
      { delta: 5, reason: 'initial stock' },
    ]);
  });

  it('that changed since the admin saw it is not overwritten, and the answer tells what it is', async () => {
    const { id } = await created({ stock: 5 });
    const replies = await Promise.all([setStock(id, { stock: 20, expectedStock: 5 }), setStock(id, { stock: 30, expectedStock: 5 })]);
    const won = replies.find(({ status }) => status === 200);
    const lost = replies.find(({ status }) => status === 409);
    expect(lost?.body).toMatchObject({ code: 'stock-changed', stock: won?.body.stock });
    expect(await stockOf(shop, id)).toBe(won?.body.stock);
    expect((await movementsOf(id)).body.items).toHaveLength(2);
  });

  it('set five times while fifty orders come in loses no piece and makes none', async () => {
    const { id } = await created({ stock: 30 });
    const buyer = guest(shop);
    const orders = Array.from({ length: 50 }, () => buyer.order([{ productId: id, quantity: 1 }]));
    const settings = Array.from({ length: 5 }, (_, i) => setStock(id, { stock: 10 + i }));
    const [placed, set] = await Promise.all([Promise.all(orders), Promise.all(settings)]);
    expect(set.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(placed.filter(({ status, body }) => status !== 201 && body.code !== 'out-of-stock')).toEqual([]);
    const { items } = (await movementsOf(id, '?limit=100')).body;
    expect(sumOf(items)).toBe(await stockOf(shop, id));
    const bought = items.filter(({ orderId }: { orderId: string | null }) => orderId !== null);
    expect(-sumOf(bought)).toBe(placed.filter(({ status }) => status === 201).length);
  });

  it('has its movements listed newest first, page by page', async () => {
    const { id } = await created({ stock: 1 });
    for (const stock of [2, 3, 4, 5]) await setStock(id, { stock, reason: `to ${stock}` });
    const reasons: string[] = [];
    let query = '?limit=2';
    for (let page = 0; page < 5 && query !== ''; page++) {
      const { body } = await movementsOf(id, query);
      reasons.push(...body.items.map(({ reason }: { reason: string }) => reason));
      query = body.nextCursor === null ? '' : `?limit=2&cursor=${body.nextCursor}`;
    }
    expect(reasons).toEqual(['to 5', 'to 4', 'to 3', 'to 2', 'initial stock']);
    const { body } = await movementsOf(id, '?limit=1');
    const other = await created({ stock: 1 });
    expect((await movementsOf(other.id, `?cursor=${body.nextCursor}`)).body).toMatchObject({ status: 400, code: 'invalid-cursor' });
    expect((await movementsOf(randomUUID())).body).toMatchObject({ status: 404, code: 'product-not-found' });
  });
});

describe('categories', () => {
  const add = (body: object) => admin.call('/api/categories', { body });
  const change = (id: string, body: object) => admin.call(`/api/categories/${id}`, { method: 'PUT', body });
  const drop = (id: string) => admin.call(`/api/categories/${id}`, { method: 'DELETE' });

  it('are added, changed and deleted', async () => {
    const { status, body } = await add({ name: 'Tea & Coffee' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ slug: 'tea-coffee', name: 'Tea & Coffee', description: '' });
    const changed = await change(body.id, { name: 'Hot drinks', description: 'Tea and more.' });
    expect(changed).toMatchObject({
      status: 200,
      body: { id: body.id, slug: 'tea-coffee', name: 'Hot drinks', description: 'Tea and more.' },
    });
    expect((await shop.call(`/api/categories/${body.id}`)).body).toEqual(changed.body);
    expect((await change(body.id, { name: 'Drinks' })).body.description).toBe('Tea and more.');
    expect((await drop(body.id)).status).toBe(204);
    for (const reply of [await drop(body.id), await change(body.id, { name: 'Drinks' })])
      expect(reply.body).toMatchObject({ status: 404, code: 'category-not-found' });
  });

  it('keep their slugs apart', async () => {
    const { body: one } = await add({ name: 'Slugs', slug: 'slugs' });
    const { body: two } = await add({ name: 'Slugs' });
    expect(two.slug).toMatch(/^slugs-[0-9a-f]{8}$/);
    expect((await add({ name: 'Other', slug: 'slugs' })).body).toMatchObject({ status: 409, code: 'slug-taken' });
    expect((await change(two.id, { name: 'Slugs', slug: one.slug })).body).toMatchObject({ status: 409, code: 'slug-taken' });
  });

  it('in use stay, until the last product is off the shelf', async () => {
    const { body: category } = await add({ name: 'In use' });
    const product = await created({ categoryId: category.id, stock: 3 });
    await guest(shop).order([{ productId: product.id, quantity: 1 }]);
    expect((await drop(category.id)).body).toMatchObject({ status: 409, code: 'category-in-use' });
    await remove(product.id);
    expect((await drop(category.id)).status).toBe(204);
  });
});

describe('the audit log', () => {
  it('tells who changed a product, and what it was before and after', async () => {
    const product = await created({ stock: 2 });
    const { body: changed } = await put(product.id, fresh());
    await setStock(product.id, { stock: 7 });
    await remove(product.id);
    const entries = await auditOf(`product:${product.id}`);
    expect(entries).toMatchObject([
      { action: 'product.deleted', detail: { before: { stock: 7 }, after: null } },
      { action: 'product.stock-set', detail: { before: { stock: 2 }, after: { stock: 7 } } },
      { action: 'product.updated', detail: { before: product, after: changed } },
      { action: 'product.created', detail: { before: null, after: product } },
    ]);
    for (const entry of entries) expect(entry).toMatchObject({ actorId: admin.id, subject: `product:${product.id}` });
  });

  it('tells of categories too', async () => {
    const { body: category } = await admin.call('/api/categories', { body: { name: 'Audited' } });
    await admin.call(`/api/categories/${category.id}`, { method: 'PUT', body: { name: 'Audited twice' } });
    await admin.call(`/api/categories/${category.id}`, { method: 'DELETE' });
    expect(await auditOf(`category:${category.id}`)).toMatchObject([
      { action: 'category.deleted', detail: { after: null } },
      { action: 'category.updated', detail: { before: category, after: { ...category, name: 'Audited twice' } } },
      { action: 'category.created', detail: { before: null, after: category } },
    ]);
  });

  it('says nothing of what was refused', async () => {
    const count = async () => (await shop.database.query('select count(*)::integer as rows from audit_log'))[0];
    const product = await created({ stock: 2 });
    const before = await count();
    await setStock(product.id, { stock: 7, expectedStock: 9 });
    await put(product.id, fresh({ categoryId: randomUUID() }));
    await create(fresh({ slug: product.slug }));
    expect(await count()).toEqual(before);
  });

  it('is read newest first, page by page, each entry once', async () => {
    const all = (await admin.call('/api/admin/audit-log?limit=100')).body;
    expect(all.items.length).toBeGreaterThan(10);
    const ats = all.items.map(({ at }: { at: string }) => at);
    expect(ats).toEqual([...ats].sort().reverse());
    const first = (await admin.call('/api/admin/audit-log?limit=4')).body;
    const second = (await admin.call(`/api/admin/audit-log?limit=4&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items]).toEqual(all.items.slice(0, 8));
    expect((await admin.call(`/api/admin/audit-log?subject=x&cursor=${first.nextCursor}`)).body).toMatchObject({ code: 'invalid-cursor' });
  });
});

describe('others', () => {
  it('than admins change nothing: a shopper gets 403, nobody 401', async () => {
    const product = await created({ stock: 4 });
    const { body: category } = await admin.call('/api/categories', { body: { name: 'Not yours' } });
    const shopper = await signIn(shop, 'shopper');
    const tries: [string, { method: string; body?: object }][] = [
      ['/api/products', { method: 'POST', body: fresh() }],
      [`/api/products/${product.id}`, { method: 'PUT', body: fresh() }],
      [`/api/products/${product.id}`, { method: 'DELETE' }],
      [`/api/products/${product.id}/stock`, { method: 'PUT', body: { stock: 1 } }],
      [`/api/products/${product.id}/stock-movements`, { method: 'GET' }],
      ['/api/categories', { method: 'POST', body: { name: 'Mine' } }],
      [`/api/categories/${category.id}`, { method: 'PUT', body: { name: 'Mine' } }],
      [`/api/categories/${category.id}`, { method: 'DELETE' }],
      ['/api/admin/audit-log', { method: 'GET' }],
      ['/api/admin/finops', { method: 'GET' }],
    ];
    for (const [path, call] of tries) {
      expect((await shopper.call(path, call)).body, path).toMatchObject({ status: 403, code: 'admin-only' });
      expect((await shop.call(path, call)).body, path).toMatchObject({ status: 401, code: 'unauthenticated' });
    }
    expect((await shop.call(`/api/products/${product.id}`)).body).toEqual(product);
    expect((await shop.call(`/api/categories/${category.id}`)).body).toEqual(category);
  });
});
