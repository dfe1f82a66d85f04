import { type LockedOrder, lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { maySee, type OrderAccess, orderNotFound } from '#functions/orders/lib/read-order.ts';
import { scopeOf } from '#platform/auth/shopper.ts';
import { keepAnswer, type StoredAnswer, storedAnswer } from '#platform/db/idempotency.ts';
import { sql as plainSql, transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { createIntentRoute } from './contract.ts';
import { endAttempt } from './end-attempt.ts';
import { attachIntent, intentOf, openPayment, type Payment } from './payments.pg.ts';
import { configuredProvider, paymentRefused, providerOf, providerUnavailable } from './provider.ts';
import { canceled, settlePayment } from './settle-payment.ts';

interface Asked {
  key: string;
  access: OrderAccess;
  now: Date;
  signal: AbortSignal;
}

/**
 * Begins to pay an order: writes the attempt down, asks the provider under the attempt's id, keeps what it answers. A crash in between
 * loses nothing: the next try finds the attempt and the provider gives the same intent again.
 * @returns 201 with a new intent, 200 with the one that is already open
 * @throws Problem 404 `order-not-found`; 409 `already-paid`, `not-payable`; 422 `payment-refused`; 503 `provider-unavailable`
 */
export async function createIntent(body: { orderId: string }, asked: Asked): Promise<StoredAnswer<200 | 201>> {
  for (let round = 0; ; round++) {
    const { answer, attempt } = await begin(body, asked);
    if (answer) return answer;
    if (attempt.provider === configuredProvider() || round === 2) return make(body, attempt, asked);
    await endAttempt(attempt, asked); // begun before the shop changed its provider: its page cannot pay that one
  }
}

const requestOf = (body: { orderId: string }, { key, access, now }: Asked) => ({
  scope: scopeOf(access.shopper),
  key,
  route: createIntentRoute,
  body,
  now,
});

/** The kept answer of an earlier try, or the order's open attempt. */
async function begin(
  body: { orderId: string },
  asked: Asked,
): Promise<{ answer: StoredAnswer<200 | 201>; attempt?: never } | { answer?: never; attempt: Payment }> {
  const request = requestOf(body, asked);
  return transaction(async (sql) => {
    const order = await lockOrder(sql, body.orderId);
    if (!order || !maySee(asked.access, order.id, order.user_id)) throw orderNotFound();
    const stored = await storedAnswer<200 | 201>(request, sql);
    if (stored) return { answer: stored };
    const attempt = await openPayment(sql, payable(order), configuredProvider(), asked.now);
    if (attempt.intentId === null || attempt.provider !== configuredProvider()) return { attempt };
    return { answer: await keepAnswer(request, { status: 200, body: intentOf(attempt) }, sql) };
  });
}

/** Has the provider make the attempt's intent. Refused for good ends the attempt, so that the next one has another key. */
async function make(body: { orderId: string }, attempt: Payment, asked: Asked): Promise<StoredAnswer<200 | 201>> {
  const { now, signal } = asked;
  const { id: key, orderId, amount, currency } = attempt;
  const outcome = await providerOf(attempt).createIntent({ key, orderId, amount: { amount, currency } }, signal);
  switch (outcome.outcome) {
    case 'done': {
      const payment = await attachIntent(plainSql, attempt.id, outcome.value, now);
      if (payment) return keepAnswer(requestOf(body, asked), { status: 201, body: intentOf(payment) }, plainSql);
      await providerOf(attempt).cancelIntent(outcome.value.id, signal); // the order was closed meanwhile; canceling twice does no harm
      throw notPayable('cancelled');
    }
    case 'refused':
      await settlePayment(attempt, canceled, { now, signal });
      throw paymentRefused(outcome);
    case 'away':
      throw providerUnavailable(outcome.cause);
  }
}

const notPayable = (status: string) => new Problem('conflict', 'not-payable', `This order is ${status}: it cannot be paid any more.`);

/** @throws Problem unless the order awaits payment */
function payable(order: LockedOrder): LockedOrder {
  if (order.status === 'pending_payment') return order;
  if (order.status === 'cancelled' || order.status === 'expired' || order.status === 'refunded') throw notPayable(order.status);
  throw new Problem('conflict', 'already-paid', 'This order is paid already.');
}
