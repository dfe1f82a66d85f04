import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryDates, freeStandardFrom, shippingCost, shippingMethods, shippingName } from './methods.ts';

const method = fc.constantFrom(...shippingMethods);
const country = fc.constantFrom('US', 'DE', 'JP');
const day = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });

describe('the cost of a parcel', () => {
  it('is a base and a little for each further piece', () => {
    const parcel = { country: 'US', pieces: 1, subtotal: 0 };
    expect(shippingMethods.map((name) => shippingCost(name, parcel))).toEqual([499, 1299, 2499]);
    expect(shippingMethods.map((name) => shippingCost(name, { ...parcel, pieces: 3 }))).toEqual([599, 1449, 2699]);
    expect(shippingMethods.map((name) => shippingCost(name, { ...parcel, country: 'DE' }))).toEqual([1499, 2999, 5999]);
  });

  it('is nothing for standard at home from 75 dollars on, and nowhere else', () => {
    const free = { country: 'US', pieces: 9, subtotal: freeStandardFrom };
    expect(shippingCost('standard', free)).toBe(0);
    expect(shippingCost('standard', { ...free, subtotal: freeStandardFrom - 1 })).toBe(899);
    expect(shippingCost('express', free)).toBeGreaterThan(0);
    expect(shippingCost('standard', { ...free, country: 'CA' })).toBeGreaterThan(0);
  });

  it('grows with the pieces, up to twenty of them, and is never negative', () => {
    fc.assert(
      fc.property(method, country, fc.integer({ min: 1, max: 9_900 }), fc.nat({ max: 20_000 }), (name, to, pieces, subtotal) => {
        const cost = shippingCost(name, { country: to, pieces, subtotal });
        expect(Number.isSafeInteger(cost) && cost >= 0).toBe(true);
        expect(shippingCost(name, { country: to, pieces: pieces + 1, subtotal })).toBeGreaterThanOrEqual(cost);
        if (pieces >= 20) expect(shippingCost(name, { country: to, pieces: 20, subtotal })).toBe(cost);
      }),
    );
  });

  it('is the more the faster', () => {
    fc.assert(
      fc.property(country, fc.integer({ min: 1, max: 50 }), (to, pieces) => {
        const costs = shippingMethods.map((name) => shippingCost(name, { country: to, pieces, subtotal: 0 }));
        expect(costs).toEqual(costs.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('delivery', () => {
  it('takes working days only', () => {
    const friday = new Date('2026-11-20T15:00:00Z');
    expect(deliveryDates('overnight', 'US', friday)).toEqual({ earliest: '2026-11-23', latest: '2026-11-23' });
    expect(deliveryDates('standard', 'US', friday)).toEqual({ earliest: '2026-11-25', latest: '2026-11-27' });
    expect(deliveryDates('standard', 'DE', friday)).toEqual({ earliest: '2026-12-01', latest: '2026-12-10' });
    expect(deliveryDates('overnight', 'US', new Date('2026-11-22T23:59:59Z'))).toEqual({ earliest: '2026-11-23', latest: '2026-11-23' });
  });

  it('is never on a weekend, never before the order, and the faster the sooner', () => {
    fc.assert(
      fc.property(method, country, day, (name, to, from) => {
        const { earliest, latest } = deliveryDates(name, to, from);
        for (const date of [earliest, latest]) expect([0, 6]).not.toContain(new Date(date).getUTCDay());
        expect(earliest > from.toISOString().slice(0, 10)).toBe(true);
        expect(latest >= earliest).toBe(true);
        expect(deliveryDates('overnight', to, from).latest <= latest).toBe(true);
      }),
    );
  });

  it('has a name for each method', () => {
    expect(shippingMethods.map(shippingName)).toEqual(['Standard', 'Express', 'Overnight']);
  });
});
