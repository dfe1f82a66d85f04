import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventNames, faultsOf, namesAt, readEventFile } from './event-files.ts';

const route = {
  version: '2.0',
  routeKey: 'GET /api/carts/{id}',
  rawPath: '/api/carts/mine',
  pathParameters: { id: 'mine' },
  requestContext: { http: { method: 'GET', path: '/api/carts/mine' } },
};
const expectation = { function: 'CartGetCart', shows: 'A cart is there', status: 200 };
const functions = [
  { logicalId: 'CartGetCart', routes: [{ method: 'GET', path: '/api/carts/{id}' }], schedules: [] },
  { logicalId: 'OpsTick', routes: [], schedules: [{ name: 'tick', expression: 'rate(1 minute)' }] },
];

let folder: string;
const put = (name: string, content: unknown) =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

beforeAll(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'kelvo-events-')), 'events');
  mkdirSync(join(folder, 'cart'), { recursive: true });
  put('cart/get-cart.json', route);
  put('cart/get-cart.expect.json', expectation);
  put('cart/get-cart.cut-short.json', '{"version":');
  put('cart/get-cart.alone.json', route);
  put('cart/get-cart.misspelt.json', route);
  put('cart/get-cart.misspelt.expect.json', { ...expectation, state: 200 });
  put('cart/get-cart.nameless.json', route);
  put('cart/get-cart.nameless.expect.json', { shows: 'What it shows', status: 200 });
});
afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

describe('events are found', () => {
  it('all, in order, without their expectations', () => {
    expect(eventNames(folder)).toHaveLength(5);
    expect(eventNames(folder).at(-1)).toBe('cart/get-cart.nameless.json');
  });

  it.each(['events/cart/get-cart.json', 'cart/get-cart.json', 'cart/get-cart', 'events/cart/get-cart.expect.json'])('by %s', (path) => {
    expect(namesAt(folder, path)).toEqual(['cart/get-cart.json']);
  });

  it('by their folder, and a path that leads elsewhere is refused', () => {
    expect(namesAt(folder, 'cart')).toHaveLength(5);
    expect(() => namesAt(folder, 'cart/put-cart')).toThrow('cart/put-cart: there is no such event or folder in events/');
    expect(() => namesAt(folder, '..')).toThrow('there is no such event');
  });
});

describe('a file that is wrong is named, with its fault', () => {
  it.each([
    ['cart/get-cart.cut-short.json', 'events/cart/get-cart.cut-short.json is not JSON'],
    ['cart/get-cart.alone.json', 'events/cart/get-cart.alone.expect.json is missing'],
    ['cart/get-cart.misspelt.json', 'events/cart/get-cart.misspelt.expect.json: does not know state'],
    ['cart/get-cart.nameless.json', 'events/cart/get-cart.nameless.expect.json: /function'],
    ['cart/none.json', 'events/cart/none.json: there is no such file'],
  ])('%s', (name, message) => {
    expect(() => readEventFile(folder, name)).toThrow(message);
  });

  const faults = (event: object, expected: object = {}) =>
    faultsOf({ name: 'it.json', event: { ...route, ...event }, expectation: { ...expectation, ...expected } }, functions);

  it('and one that API Gateway would not give to its function', () => {
    expect(faults({})).toEqual([]);
    expect(faults({}, { function: 'CartPut' })).toEqual(['events/it.json: template.yaml has no function CartPut']);
    expect(faults({ routeKey: 'GET /api/carts' })).toEqual(['events/it.json: its routeKey is GET /api/carts/{id}']);
    expect(faults({ pathParameters: undefined })).toEqual(['events/it.json: pathParameters has no id']);
    expect(faults({ version: '1.0' })).toHaveLength(1);
    expect(faults({ requestContext: { http: { method: 'GET', path: '/other' } } })).toHaveLength(1);
    expect(faults({}, { result: {} })).toHaveLength(1);
    expect(faults({}, { function: 'OpsTick', status: undefined, result: { sent: 0 } })).toEqual([]);
  });
});
