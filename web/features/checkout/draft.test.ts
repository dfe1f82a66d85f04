import { expect, test } from 'vitest';
import { placeOrderRoute } from '#functions/orders/lib/contract.ts';
import { draftFrom, faultsFrom, faultsOf, orderDetails } from './draft.ts';

const filled = draftFrom({
  email: ' ada@example.com ',
  name: 'Ada',
  line1: '12 St James Square',
  city: 'London',
  postalCode: ' SW1Y 4JH',
  country: 'GB',
});

test('a filled draft has no faults and is what the contract takes', () => {
  expect(faultsOf(filled)).toEqual({});
  const body = { sessionId: 'x'.repeat(16), ...orderDetails(filled) };
  expect(placeOrderRoute.body.safeParse(body).error).toBeUndefined();
  expect(orderDetails(filled).shippingAddress).not.toHaveProperty('line2');
});

test('an empty draft names every field that is needed', () => {
  expect(Object.keys(faultsOf(draftFrom(undefined)))).toEqual(['email', 'name', 'line1', 'city', 'postalCode']);
});

test('whatever was stored, a draft comes of it', () => {
  for (const stored of [null, 'text', 7, [], { email: 5, shippingMethod: 'pigeon', other: 'x' }])
    expect(draftFrom(stored)).toEqual(draftFrom({}));
});

test("the server's faults find their fields", () => {
  expect(
    faultsFrom([
      { pointer: '/shippingAddress/city', message: 'is required' },
      { pointer: '/email', message: 'must be an e-mail address' },
      { pointer: '/expectedTotal/amount', message: 'must be at least 0' },
    ]),
  ).toEqual({ city: 'This is required.', email: 'This must be an e-mail address.' });
});
