/** Events of the real shop through the pumps: what `startShop({}, { pumps: true })` promises to tests. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({}, { pumps: true });
});
afterAll(() => shop.end());

const order = async () => {
  const [product] = await shop.database.query<{ id: string }>('select id from products where stock > 10 limit 1');
  const { status, body } = await guest(shop).order([{ productId: product?.id ?? '', quantity: 1 }]);
  expect(status).toBe(201);
  return body.id as string;
};
const unpublished = async () => (await shop.database.query('select id from outbox where published_at is null')).length;

describe('an order', () => {
  it('is placed while queues are away; its events are sent when they are back', async () => {
    await shop.database.query('alter schema aws rename to away');
    const id = await order();
    expect(await unpublished()).toBeGreaterThan(0);
    expect(shop.gateway.bus.recent().filter(({ detail }) => JSON.stringify(detail).includes(id))).toEqual([]);
    await shop.database.query('alter schema away rename to aws');
    await shop.pumps.settled();
    expect(await unpublished()).toBe(0);
    expect(shop.gateway.bus.recent().map((event) => event['detail-type'])).toContain('order.created.v1');
    for (const { consumer, visible, underWay, delayed } of await shop.pumps.queues())
      if (consumer) expect([visible, underWay, delayed]).toEqual([0, 0, 0]);
  });
});
