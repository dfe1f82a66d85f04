import { describe, expect, it } from 'vitest';
import { fill, newScene } from './fill.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const scene = () =>
  newScene(
    {
      accessToken: async (role) => `token-of-${role}`,
      orderToken: (number) => `opens-${number}`,
      signature: (body) => `signed(${body})`,
      responseUrl: 'http://answers.example/here',
      schemaVersion: '0029_synonyms',
    },
    now,
  );

describe('placeholders', () => {
  it('become tokens, instants and UUIDs, wherever they stand', async () => {
    const event = {
      headers: { authorization: 'Bearer {{token:admin}}' },
      list: ['{{orderToken:K-1}}', '{{responseUrl}}', '{{schemaVersion}}', '{{now}}', '{{now+31m}}', '{{now-2h}}', 7, null],
    };
    expect(await fill(event, scene())).toEqual({
      headers: { authorization: 'Bearer token-of-admin' },
      list: [
        'opens-K-1',
        'http://answers.example/here',
        '0029_synonyms',
        '2026-11-20T10:00:00.000Z',
        '2026-11-20T10:31:00.000Z',
        '2026-11-20T08:00:00.000Z',
        7,
        null,
      ],
    });
  });

  it('of UUIDs are the same by name within a replay, and others elsewhere', async () => {
    const one = scene();
    const [a, b, c, d] = await fill(['{{uuid:key}}', '{{uuid:key}}', '{{uuid:other}}', '{{uuid}}'], one);
    expect(a).toMatch(/^[0-9a-f-]{36}$/);
    expect(b).toBe(a);
    expect(new Set([a, c, d, await fill('{{uuid:key}}', scene())]).size).toBe(4);
    expect(await fill('{{uuid:key}}', one)).toBe(a);
  });

  it('take what earlier answers said', async () => {
    const own = scene();
    own.answers.set('orders/place-order.json', { status: 201, body: { id: 'the-id', items: [{ n: 1 }] } });
    expect(await fill('{"orderId":"{{from:orders/place-order.json:body.id}}"}', own)).toBe('{"orderId":"the-id"}');
    expect(await fill('{{from:orders/place-order.json:body.items.0.n}}', own)).toBe('1');
  });

  it('of a signature cover the body as it is sent', async () => {
    const event = { headers: { 'stripe-signature': '{{signature}}' }, body: '{"at":"{{now}}"}' };
    const filled = await fill(event, scene());
    expect(filled.headers['stripe-signature']).toBe('signed({"at":"2026-11-20T10:00:00.000Z"})');
  });

  it.each(['{{token:nobody}}', '{{later}}', '{{now:then}}', '{{from:carts/none.json:body.id}}'])(
    'that mean nothing are refused: %s',
    async (text) => {
      await expect(fill({ text }, scene())).rejects.toThrow(text.slice(0, 12));
    },
  );
});
