import { tryTakeStock } from '#functions/catalog/lib/order-stock.pg.ts';
import { moveOrder } from '#functions/orders/lib/move-order.ts';
import { type LockedOrder, lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { type TransactionSql, transaction } from '#platform/db/sql.ts';
import { claimEvent } from '#platform/events/inbox.pg.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import { log } from '#platform/telemetry/log.ts';
import { measure } from '#platform/telemetry/measure.ts';
import { carryOutRefund } from './carry-out-refund.ts';
import { paymentFailed } from './contract.ts';
import type { ProviderIntent } from './payment-provider.ts';
import { type Payment, selectPayment, writeStatus } from './payments.pg.ts';
import { providerOf, providerUnavailable } from './provider.ts';
import { insertRefund } from './refunds.pg.ts';

/** What the provider says of an intent. */
export type Verdict = Pick<ProviderIntent, 'status' | 'lastError' | 'declineId'>;

interface Run {
  now: Date;
  signal: AbortSignal;
}

/**
 * Writes the provider's status of an attempt. Idempotent: confirm, webhooks and schedules may all bring the same one, in any order. A success makes
 * the order paid. A late one takes an expired order's stock again, or is refunded where that fails or somebody cancelled the order.
 *
 * A verdict that is not final may be older than what is written by now: then the provider is asked again.
 * @param asked the attempt as it was read before the provider was asked
 * @returns the attempt as it stands now
 * @throws Problem 503 `provider-unavailable` when the provider has to be asked and is away
 */
export async function settlePayment(asked: Payment, verdict: Verdict, { now, signal }: Run): Promise<Payment> {
  for (let round = 0; ; round++) {
    const { payment, refundId } = await transaction((sql) => takeVerdict(sql, asked, verdict, now));
    if (refundId !== undefined) await refundAtOnce(refundId, { now, signal });
    const isOutdated = payment.status !== verdict.status && payment.status !== 'succeeded' && payment.status !== 'canceled';
    if (!isOutdated || round === 3) return payment; // overtaken three times: the newer writers have it up to date
    verdict = await readVerdict(payment, signal);
    asked = payment;
  }
}

async function takeVerdict(sql: TransactionSql, asked: Payment, verdict: Verdict, now: Date) {
  const order = await lockOrder(sql, asked.orderId);
  if (!order) throw new Error('The order of an attempt is not there');
  if (verdict.declineId !== null)
    await recordDecline(sql, asked, { id: verdict.declineId, code: verdict.lastError?.code ?? 'unknown' }, now);
  const written = await writeStatus(sql, asked, verdict, now);
  const payment = written ?? (await selectPayment(sql, asked.id)) ?? asked;
  const refundId = written?.status === 'succeeded' ? await acceptSuccess(sql, order, written, now) : undefined;
  return { payment, refundId };
}

/** @returns the id of a refund to carry out, when the order cannot have the money */
async function acceptSuccess(sql: TransactionSql, order: LockedOrder, payment: Payment, now: Date): Promise<string | undefined> {
  if (order.status === 'pending_payment') {
    await moveOrder(sql, order, 'paid', { actor: 'provider', now });
    return undefined;
  }
  if (order.status === 'expired' && (await tryTakeStock(sql, order.id, order.items, 'provider', now))) {
    await moveOrder(sql, order, 'paid', { actor: 'provider', reason: 'The payment came late; the order is taken up again.', now });
    return undefined;
  }
  const reasons: Partial<Record<typeof order.status, string>> = {
    cancelled: 'The payment came after the order was cancelled.',
    expired: 'The payment came late and the goods are gone.',
  };
  const reason = reasons[order.status] ?? 'The order was paid already.';
  return (await insertRefund(sql, payment, { amount: payment.amount, reason, actor: 'system', byAmount: false }, now)).id;
}

/** A refund that fails here does not undo the success: its row is committed, and `finish-refunds` retries it. */
async function refundAtOnce(refundId: string, run: Run): Promise<void> {
  try {
    await carryOutRefund(refundId, run);
  } catch (error) {
    log('warn', 'a refund stays pending', { refund_id: refundId, reason: error instanceof Error ? error.message : String(error) });
  }
}

/** Emits a decline's event and counts it, once: confirm and webhook report the same decline under the same id. */
export async function recordDecline(
  sql: TransactionSql,
  payment: Payment,
  decline: { id: string; code: string },
  now: Date,
): Promise<void> {
  if (payment.intentId === null || !(await claimEvent(sql, 'payment-declines', decline.id, now))) return;
  const { orderId, intentId, amount, currency } = payment;
  sql.afterCommit(() => measure('payment_failures', 1));
  const data = { orderId, intentId, amount: { amount, currency }, code: decline.code };
  await appendEvent(sql, paymentFailed, orderId, data, now);
}

/**
 * Asks the provider how an intent stands. One that it does not know will never be paid: canceled.
 * @throws Problem 503 `provider-unavailable`
 */
export async function readVerdict(payment: Payment, signal: AbortSignal): Promise<Verdict> {
  const outcome = await providerOf(payment).readIntent(payment.intentId ?? '', signal);
  if (outcome.outcome === 'away') throw providerUnavailable(outcome.cause);
  return outcome.outcome === 'done' ? outcome.value : canceled;
}

export const canceled: Verdict = { status: 'canceled', lastError: null, declineId: null };
