import { expect, test } from 'vitest';
import { expectations, faultOf } from './smoke.ts';

const [health, products, unknown, , , page] = expectations({ version: 'a1b2', hasSite: true });
const right = { status: 200, type: 'application/json; charset=utf-8', body: '{"status":"healthy","version":"a1b2"}' };

test('a stage is asked for its API, and for pages where it has an edge', () => {
  expect(expectations({ version: 'a', hasSite: true }).map(({ path }) => path)).toContain('/');
  expect(expectations({ version: 'a', hasSite: false }).every(({ path }) => path.startsWith('/api/'))).toBe(true);
});

test('an answer as expected has no fault', () => {
  expect(health && faultOf(health, right)).toBeUndefined();
});

test.each([
  ['of another version', { ...right, body: '{"version":"old"}' }, 'has no "version":"a1b2" in it'],
  ['503', { ...right, status: 503 }, '/api/health answers 503 instead of 200'],
  ['HTML instead of JSON', { ...right, type: 'text/html' }, 'is text/html instead of application/json'],
])('an answer that is %s is one', (_, answer, fault) => {
  expect(health && faultOf(health, answer)).toContain(fault);
});

test('an unknown route is a problem document, and an unknown page is no page with 200', () => {
  expect(unknown && faultOf(unknown, { status: 404, type: 'text/html', body: '' })).toContain('instead of application/problem+json');
  expect(page && faultOf(page, { status: 200, type: 'text/html', body: '' })).toContain('answers 200 instead of 404');
  expect(products?.path).toBe('/api/products?limit=1');
});
