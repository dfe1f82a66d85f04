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

test('an empty draft names every field that is needed, as its country calls it', () => {
  expect(faultsOf(draftFrom(undefined))).toEqual({
    email: 'Please enter an e-mail address, like you@example.com.',
    name: 'Please enter a name.',
    line1: 'Please enter a street and number.',
    city: 'Please enter a city.',
    region: 'Please choose a state.',
    postalCode: 'Please enter a ZIP code, like 95014.',
  });
  const missing = (country: string) => Object.keys(faultsOf(draftFrom({ country }))).slice(3);
  expect([missing('DE'), missing('HK'), missing('IE'), missing('AU'), missing('AO')]).toEqual([
    ['postalCode', 'city'],
    ['city', 'region'],
    ['city'],
    ['city', 'region', 'postalCode'],
    ['city'],
  ]);
});

test('a postal code of another country is marked, and one typed in another width or case is not', () => {
  const fault = (country: string, postalCode: string) => faultsOf(draftFrom({ ...filled, country, postalCode })).postalCode;
  expect(fault('GB', '97205')).toBe('Please enter a postcode, like EC1Y 8SY.');
  expect(fault('IE', '97205')).toBe('Please enter an eircode, like A65 F4E2.');
  for (const [country, code] of [
    ['GB', 'sw1a1aa'],
    ['JP', '１５０－０００１'],
    ['DE', ' 10115 '],
    ['IE', ''],
    ['HK', 'none'],
  ] as const)
    expect([code, fault(country, code)]).toEqual([code, undefined]);
});

test('what the country has no place for is not sent, and a state is sent by its code', () => {
  const address = (more: object) => orderDetails(draftFrom({ ...filled, ...more })).shippingAddress;
  expect(address({ country: 'DE', region: 'Berlin', postalCode: '10115' })).not.toHaveProperty('region');
  expect(address({ country: 'HK', region: 'Kowloon', postalCode: '999077' })).not.toHaveProperty('postalCode');
  expect(address({ country: 'US', region: 'oregon', postalCode: '97205' })).toMatchObject({ region: 'OR', postalCode: '97205' });
});

test('names and phones are judged as the API does', () => {
  expect(faultsOf(draftFrom({ ...filled, name: '\u200b\u2060' })).name).toBe('Please enter a name.');
  expect(faultsOf(draftFrom({ ...filled, phone: '+49 (0)30 1234/56 ext. 7' }))).toEqual({});
  expect(faultsOf(draftFrom({ ...filled, phone: 'call me' }))).toHaveProperty('phone');
  expect(faultsOf(draftFrom({ ...filled, email: 'ada@bücher.example' }))).toEqual({});
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
