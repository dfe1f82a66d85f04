import { afterEach, describe, expect, test, vi } from 'vitest';
import { urlOf } from '#platform/http/url-of.ts';
import { call } from './api.ts';

import { roomLeft } from './room-left.ts';
import { createIntent, getCart, getOrder, listProducts } from './routes.ts';

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, text: string, headers: Record<string, string> = {}) {
  const fetched = vi.fn(async (_url: string, _init: RequestInit) => new Response(text, { status, headers }));
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

describe('a call', () => {
  test('fills the path, leaves out what is empty, and escapes', () => {
    expect(urlOf('/api/cart/{sessionId}', { sessionId: 'a/b?c' })).toBe('/api/cart/a%2Fb%3Fc');
    expect(urlOf('/api/products', {}, { category: undefined, sort: '', limit: '4' })).toBe('/api/products?limit=4');
  });

  test('sends the body as JSON, the key and the token', async () => {
    const fetched = answering(201, '{"id":"pi_1"}');
    await call(createIntent, { body: { orderId: 'o' }, idempotencyKey: 'k', orderToken: 't' });
    const [url, init] = fetched.mock.calls[0] ?? [];
    expect(url).toBe('/api/payment/create-intent');
    expect(init).toMatchObject({
      method: 'POST',
      body: '{"orderId":"o"}',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k', 'x-order-token': 't' },
    });
  });

  test('throws a problem for a page where JSON was due, whatever the status', async () => {
    answering(200, '<html>sign in to the hotel wifi</html>');
    await expect(call(listProducts, {})).rejects.toMatchObject({ code: 'bad-answer', passing: true });
    answering(500, '<html>Internal Server Error</html>');
    await expect(call(listProducts, {})).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('throws a problem when no answer comes', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(call(getCart, { params: { sessionId: 's' } })).rejects.toMatchObject({ code: 'network', status: 0 });
  });

  test('passes an abort on as it is', async () => {
    const abort = new AbortController();
    vi.stubGlobal('fetch', (_url: string, { signal }: { signal: AbortSignal }) => Promise.reject(signal.reason));
    abort.abort(new Error('the page has gone'));
    await expect(call(listProducts, { signal: abort.signal })).rejects.toThrow('the page has gone');
  });

  test('names the ETag of an answer that is known, and gives the same object while nothing has changed', async () => {
    const ask = (known?: Awaited<ReturnType<typeof first>>) => call(getOrder, { params: { id: 'o' }, known });
    const first = () => call(getOrder, { params: { id: 'o' } });
    const tagOf = (fetched: ReturnType<typeof answering>) => new Headers(fetched.mock.calls[0]?.[1].headers).get('if-none-match');
    answering(200, '{"id":"o"}', { etag: 'W/"1"' });
    const order = await first();
    const unchanged = vi.fn(async (_url: string, _init: RequestInit) => new Response(null, { status: 304, headers: { etag: 'W/"1"' } }));
    vi.stubGlobal('fetch', unchanged);
    expect(await ask(order)).toBe(order);
    expect(tagOf(unchanged)).toBe('W/"1"');
    const changed = answering(200, '{"id":"o","status":"paid"}', { etag: 'W/"2"' });
    const paid = await ask(order);
    expect(paid).toEqual({ id: 'o', status: 'paid' });
    // One that the page made of another answer has no tag: it is asked for as a whole.
    const made = answering(200, '{"id":"o"}');
    await ask({ ...paid });
    expect([tagOf(changed), tagOf(made)]).toEqual(['W/"1"', null]);
  });

  test('notes what is left of the rate limit', async () => {
    answering(200, '{}', { 'ratelimit-limit': '600', 'ratelimit-remaining': '150' });
    await call(listProducts, {});
    expect(roomLeft()).toBe(0.25);
    answering(429, '{}', { 'ratelimit-limit': '600', 'ratelimit-remaining': '0' });
    await expect(call(listProducts, {})).rejects.toMatchObject({ code: 'rate-limited' });
    expect(roomLeft()).toBe(0);
  });
});
