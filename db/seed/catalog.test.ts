import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Address } from '#functions/orders/lib/contract.ts';
import { holdsStock, mayBecome } from '#functions/orders/lib/order-states.ts';
import { taxContained } from '#functions/orders/lib/tax.ts';
import { shippingCost } from '#functions/shipping/lib/methods.ts';
import { categories, products } from './catalog.ts';
import { demoUserId, seedId } from './ids.ts';
import { seedOrders } from './orders.ts';
import { pastOrders } from './past-orders.ts';

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const now = new Date('2026-11-20T12:00:00.000Z');
const orders = [...seedOrders(now), ...pastOrders(now)];
const web = join(import.meta.dirname, '../../web/public');
const repeated = <T>(values: readonly T[]): T[] => values.filter((value, i) => values.indexOf(value) !== i);

describe('The seed catalog', () => {
  it('has eight categories, electronics, furniture and sports among them, each with three products or more', () => {
    expect(categories).toHaveLength(8);
    expect(categories.map((category) => category.slug)).toEqual(expect.arrayContaining(['electronics', 'furniture', 'sports']));
    for (const category of categories) {
      expect(category.description, category.slug).not.toBe('');
      expect(products.filter((product) => product.categoryId === category.id).length, category.slug).toBeGreaterThanOrEqual(3);
    }
  });

  it('has 36 products or more, each in a category that exists', () => {
    expect(products.length).toBeGreaterThanOrEqual(36);
    for (const product of products) {
      expect(categories.find((category) => category.id === product.categoryId)?.slug, product.slug).toBe(product.categorySlug);
    }
  });

  it('has at least 60 pieces of every product but three, of which it has 20, 1 and 0', () => {
    const scarce = products.map((product) => product.stock).filter((stock) => stock < 60);
    expect(scarce.sort((a, b) => b - a)).toEqual([20, 1, 0]);
  });

  it('repeats no id, slug, name or picture, and every id is a UUIDv7', () => {
    const ids = [...categories, ...products].map((row) => row.id);
    for (const id of ids) expect(id).toMatch(uuidV7);
    expect(repeated(ids)).toEqual([]);
    expect(repeated(categories.map((category) => category.slug))).toEqual([]);
    expect(repeated(products.map((product) => product.slug))).toEqual([]);
    expect(repeated(products.map((product) => product.name))).toEqual([]);
    const pictures = products.map((product) => readFileSync(join(web, product.imageUrl)).toString('base64'));
    expect(repeated(pictures)).toEqual([]);
  });

  it('has a small WebP picture of every product, and their licence', () => {
    for (const { slug, imageUrl } of products) {
      expect(imageUrl).toBe(`/products/${slug}.webp`);
      const picture = readFileSync(join(web, imageUrl));
      expect(picture.subarray(8, 12).toString('latin1'), slug).toBe('WEBP');
      expect(picture.length, slug).toBeLessThan(20_000);
    }
    expect(existsSync(join(web, 'products/LICENSE.txt'))).toBe(true);
  });

  it('describes every product in one to three sentences, with three to five tags, a price in whole cents and a rank', () => {
    for (const product of products) {
      expect(product.slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      const sentences = product.description.match(/[.!?](?=\s|$)/g) ?? [];
      expect(sentences.length, product.slug).toBeGreaterThanOrEqual(1);
      expect(sentences.length, product.slug).toBeLessThanOrEqual(3);
      expect(product.tags.length, product.slug).toBeGreaterThanOrEqual(3);
      expect(product.tags.length, product.slug).toBeLessThanOrEqual(5);
      expect(repeated(product.tags), product.slug).toEqual([]);
      expect(Number.isInteger(product.priceAmount) && product.priceAmount >= 100, product.slug).toBe(true);
      expect(Number.isInteger(product.popularity) && product.popularity >= 0 && product.popularity <= 1000, product.slug).toBe(true);
    }
  });

  it('was put up over the course of a year', () => {
    const times = products.map((product) => product.createdAt.getTime());
    const days = (Math.max(...times) - Math.min(...times)) / 86_400_000;
    expect(days).toBeGreaterThan(300);
    expect(days).toBeLessThan(366);
    expect(repeated(times)).toEqual([]);
  });
});

describe('The seed orders', () => {
  it('are ten, in every state of an ordinary day, for the demo account and for guests', () => {
    const orders = seedOrders(now);
    expect(orders).toHaveLength(10);
    const states = ['pending_payment', 'paid', 'packed', 'shipped', 'delivered', 'cancelled', 'refunded'];
    expect(new Set(orders.map((order) => order.status))).toEqual(new Set(states));
    for (const order of orders) expect(order.userId, order.number).toBe(order.email === 'demo@rumshop.com' ? demoUserId : null);
    expect(orders.filter((order) => order.userId).length).toBeGreaterThanOrEqual(3);
    expect(orders.filter((order) => !order.userId).length).toBeGreaterThanOrEqual(3);
  });

  it('add up exactly, by the rules that new orders are priced by', () => {
    for (const order of orders) {
      for (const item of order.items) {
        const product = products.find((candidate) => candidate.id === item.productId);
        expect(item.unitPrice, order.number).toBe(product?.priceAmount);
        expect(item.lineTotal, order.number).toBe(item.unitPrice * item.quantity);
      }
      const { country } = order.shippingAddress;
      const pieces = order.items.reduce((count, item) => count + item.quantity, 0);
      expect(order.subtotal, order.number).toBe(order.items.reduce((sum, item) => sum + item.lineTotal, 0));
      expect(order.shipping, order.number).toBe(shippingCost(order.shippingMethod, { country, pieces, subtotal: order.subtotal }));
      expect(order.total, order.number).toBe(order.subtotal + order.shipping);
      expect(order.tax, order.number).toBe(taxContained(order.total, country));
    }
  });

  it('go to addresses that checkout would take', () => {
    for (const order of orders) expect(Address.safeParse(order.shippingAddress).error, order.number).toBeUndefined();
  });

  it('came to their state by allowed moves only, none of them in the future', () => {
    for (const order of orders) {
      expect(order.history[0], order.number).toMatchObject({ status: 'pending_payment', at: order.createdAt });
      expect(order.history.at(-1), order.number).toMatchObject({ status: order.status, at: order.updatedAt });
      for (const [i, step] of order.history.entries()) {
        const before = order.history[i - 1];
        if (before) expect(mayBecome(before.status, step.status), `${order.number}: ${before.status} to ${step.status}`).toBe(true);
        if (before) expect(step.at.getTime(), order.number).toBeGreaterThan(before.at.getTime());
        expect(step.at.getTime(), order.number).toBeLessThanOrEqual(now.getTime());
      }
    }
  });

  it('are paid, tracked and refunded as their state says', () => {
    for (const order of orders) {
      const was = (status: string) => order.history.some((step) => step.status === status);
      expect(order.payment?.amount, order.number).toBe(was('paid') ? order.total : undefined);
      expect(order.refund?.amount, order.number).toBe(was('refunded') ? order.total : undefined);
      expect(order.tracking !== null, order.number).toBe(was('shipped'));
      expect(order.keepsStock, order.number).toBe(holdsStock(order.status) || was('shipped'));
    }
  });

  it('name no scarce product, so that one given back leaves the stock rule true', () => {
    const scarce = products.filter((product) => product.stock < 60).map((product) => product.id);
    expect(orders.flatMap((order) => order.items).filter((item) => scarce.includes(item.productId))).toEqual([]);
  });

  it('keep their ids and numbers whenever they are seeded, and repeat none', () => {
    const idsOf = (list: typeof orders) =>
      list.flatMap((order) =>
        [order.id, ...order.history.map((step) => step.id), order.payment?.id, order.refund?.id].filter((id) => id != null),
      );
    const later = new Date('2027-02-03T04:05:06.789Z');
    expect(idsOf([...seedOrders(later), ...pastOrders(later)])).toEqual(idsOf(orders));
    expect(repeated(idsOf(orders))).toEqual([]);
    for (const id of idsOf(orders)) expect(id).toMatch(uuidV7);
    expect(repeated(orders.map((order) => order.number))).toEqual([]);
    for (const order of orders) expect(order.number).toMatch(/^K-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  });

  it('have one that was placed two minutes ago and is still to be paid', () => {
    const [fresh] = orders.filter((order) => order.status === 'pending_payment');
    expect(now.getTime() - (fresh?.createdAt.getTime() ?? 0)).toBeLessThanOrEqual(120_000);
  });
});

describe('A seed id', () => {
  it('starts with its instant and is the same for the same key', () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    expect(Number.parseInt(seedId(at, 'a').replaceAll('-', '').slice(0, 12), 16)).toBe(at.getTime());
    expect(seedId(at, 'a')).toBe(seedId(at, 'a'));
    expect(seedId(at, 'a')).not.toBe(seedId(at, 'b'));
  });
});
