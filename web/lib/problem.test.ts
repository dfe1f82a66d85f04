import { describe, expect, test } from 'vitest';
import { problemOf } from './problem.ts';
import { retryDelay, shouldRetry } from './query-client.ts';

describe('the problem of an answer', () => {
  test("is the API's own document", () => {
    const document = { type: 'urn:x', title: 'Cart empty', status: 409, detail: 'Your cart is empty.', code: 'cart-empty', traceId: 'abc' };
    const problem = problemOf(409, document, null);
    expect(problem.code).toBe('cart-empty');
    expect(problem.message).toBe('Your cart is empty.');
    expect(problem.passing).toBe(false);
  });

  test.each([
    [429, { message: 'Too Many Requests' }, 'rate-limited'],
    [503, { message: 'Service Unavailable' }, 'unavailable'],
    [502, undefined, 'unavailable'],
    [404, { message: 'Not Found' }, 'not-found'],
    [403, undefined, 'forbidden'],
    [413, { message: 'Request Entity Too Large' }, 'refused'],
  ])('stands in for what is not ours (%i), without repeating it', (status, body, code) => {
    const problem = problemOf(status, body, null);
    expect(problem.code).toBe(code);
    expect(problem.status).toBe(status);
    expect(problem.message).not.toContain(body?.message ?? 'undefined');
  });

  test('knows how long to wait, if the server said it in seconds', () => {
    expect(problemOf(503, undefined, '2').retryAfter).toBe(2);
    expect(problemOf(503, undefined, 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfter).toBeUndefined();
    expect(problemOf(503, undefined, null).retryAfter).toBeUndefined();
  });
});

describe('a failed read', () => {
  test('is repeated twice where that may help, never where it cannot', () => {
    expect([0, 1, 2].map((failures) => shouldRetry(failures, problemOf(503, undefined, null)))).toEqual([true, true, false]);
    expect(shouldRetry(0, problemOf(404, undefined, null))).toBe(false);
    expect(shouldRetry(0, new Error('a bug'))).toBe(false);
  });

  test('is repeated when the server said, unless that is long', () => {
    expect(retryDelay(0, problemOf(503, undefined, '2'))).toBe(2_000);
    expect(retryDelay(1, problemOf(429, undefined, '60'))).toBe(1_000);
  });
});
