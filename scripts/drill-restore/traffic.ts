import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { address, guest, type Reply, request } from '#tests/support/shop.ts';
import type { Accepted } from './ledger.ts';

export interface Traffic {
  accepted: readonly Accepted[];
  /** Answers that were none of a shop that is well: an outage's 503, or none at all. */
  refused(): number;
  stop(): Promise<void>;
}

/** Whom an order's mails go to: a domain that nobody reserved, so that they leave; the only mail server that hears of it is the drill's. */
export const buyerOf = (key: string): string => `buyer-${key}@mailboxes-of-the-drill.com`;

/**
 * Shoppers who fill carts, order and pay, at a steady pace, by HTTP. What is not answered with 2xx is not asked again.
 * @param productIds products with stock for all of it
 */
export function startTraffic(url: string, productIds: readonly string[], { shoppers = 3, pauseMs = 60 } = {}): Traffic {
  const accepted: Accepted[] = [];
  let refused = 0;
  let going = true;
  const shop = { call: (path: string, call?: Parameters<typeof request>[2]) => request(url, path, call) };
  const buyer = guest(shop);

  async function ask(
    note: (reply: Reply) => Omit<Accepted, 'sentAt' | 'answeredAt'>,
    call: () => Promise<Reply>,
  ): Promise<Reply | undefined> {
    const sentAt = Date.now();
    const reply = await call().catch(() => undefined);
    const answeredAt = Date.now();
    if (reply === undefined || reply.status >= 300) {
      refused += 1;
      return undefined;
    }
    accepted.push({ ...note(reply), sentAt, answeredAt });
    return reply;
  }

  async function buy(productId: string): Promise<void> {
    const key = randomUUID();
    const placed = await ask(
      ({ body }) => ({ what: 'order', id: body.id, accessToken: body.accessToken }),
      () => buyer.order([{ productId, quantity: 1 }], { email: buyerOf(key), shippingAddress: address }, key),
    );
    if (!placed) return;
    const order = placed.body as { id: string; accessToken: string };
    const intent = await buyer.intent(order).catch(() => undefined);
    if (intent?.status !== 201) return;
    await ask(
      () => ({ what: 'payment', id: order.id, accessToken: order.accessToken }),
      () => buyer.confirm(order, intent.body.id, 'pm_card_visa'),
    );
  }

  /** A cart that is filled and never ordered: each change is one more version. */
  async function fillCart(sessionId: string, productId: string): Promise<void> {
    await ask(
      ({ body }) => ({ what: 'cart', id: sessionId, version: body.version }),
      () => shop.call('/api/cart/add', { body: { sessionId, productId, quantity: 1 } }),
    );
  }

  async function shopper(n: number): Promise<void> {
    for (let round = 0; going; round++) {
      const productId = productIds[(n + round) % productIds.length] as string;
      // Few changes of a cart, so that many carts are whole at the instant: a new one every five rounds.
      await fillCart(`drill-${process.pid}-${n}-${Math.floor(round / 5)}`, productId);
      if (round % 2 === 0) await buy(productId);
      await pause(pauseMs);
    }
  }

  const shopping = Array.from({ length: shoppers }, (_, n) => shopper(n));
  return {
    accepted,
    refused: () => refused,
    async stop() {
      going = false;
      await Promise.all(shopping);
    },
  };
}
