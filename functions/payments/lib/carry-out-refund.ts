import { sql as plainSql } from '#platform/db/sql.ts';
import { log } from '#platform/telemetry/log.ts';
import type { Refusal } from './payment-provider.ts';
import { type Payment, selectPayment } from './payments.pg.ts';
import { providerOf, providerUnavailable } from './provider.ts';
import { claimPendingRefund, type RefundRow, selectRefund } from './refunds.pg.ts';
import { type RefundNews, settleRefunds } from './settle-refunds.ts';

interface Run {
  now: Date;
  signal: AbortSignal;
}

/**
 * For this long the provider knows a refund by its key: Stripe forgets keys after 24 hours (docs.stripe.com/api/idempotent_requests). Later, after a
 * long outage or from a restored database, the same call could refund twice, so the provider's refunds are read first.
 */
const keysLiveMs = 20 * 3_600_000;

/**
 * Asks the provider to carry out a stored refund, or for its status when the provider has it already. Idempotent.
 * @returns the refund after it: succeeded, still pending at the provider, or failed
 * @throws Problem 503 `provider-unavailable`; the refund stays pending and `finish-refunds` asks again
 */
export async function carryOutRefund(refundId: string, { now, signal }: Run): Promise<RefundRow> {
  const { refund, payment } = await selectBoth(refundId);
  if (refund.status !== 'pending') return refund;
  const mayBeMade = refund.providerRefundId !== null || now.getTime() - Date.parse(refund.createdAt) > keysLiveMs;
  const known = mayBeMade ? await syncRefunds(payment, { now, signal }) : [];
  const found = known.find(({ id }) => id === refundId) ?? refund;
  if (found.status !== 'pending' || found.providerRefundId !== null) return found;
  const rows = await ask(payment, refund, { now, signal });
  return rows.find(({ id }) => id === refundId) ?? refund;
}

async function ask(payment: Payment, refund: RefundRow, { now, signal }: Run): Promise<RefundRow[]> {
  const money = { amount: refund.amount, currency: refund.currency };
  const outcome = await providerOf(payment).refund({ key: refund.id, intentId: payment.intentId ?? '', amount: money }, signal);
  switch (outcome.outcome) {
    case 'done':
      return settleRefunds(payment, [{ ...outcome.value, key: refund.id }], now);
    case 'refused':
      return settleRefused(payment, refund, outcome, { now, signal });
    case 'away':
      throw providerUnavailable(outcome.cause);
  }
}

/**
 * Copies the provider's refunds of a payment into ours, those made in its dashboard too.
 * @throws Problem 503 `provider-unavailable`
 */
export async function syncRefunds(payment: Payment, { now, signal }: Run): Promise<RefundRow[]> {
  const refunds = await readRefunds(payment, signal);
  return refunds.length > 0 ? settleRefunds(payment, refunds, now) : [];
}

/**
 * The money may have been refunded all the same: by an earlier try whose answer was lost, or in the provider's dashboard. So the provider's refunds
 * are copied first, and ours has failed only if it is not among them.
 */
async function settleRefused(
  payment: Payment,
  { id, amount }: RefundRow,
  { code, message }: Refusal,
  { now, signal }: Run,
): Promise<RefundRow[]> {
  const refunds: RefundNews[] = await readRefunds(payment, signal);
  const isMade = refunds.some(({ key }) => key === id);
  const refused: RefundNews = { id: null, key: id, amount, status: 'failed', failure: { code, message } };
  return settleRefunds(payment, isMade ? refunds : [...refunds, refused], now);
}

async function readRefunds(payment: Payment, signal: AbortSignal) {
  const outcome = await providerOf(payment).readRefunds(payment.intentId ?? '', signal);
  if (outcome.outcome === 'away') throw providerUnavailable(outcome.cause);
  return outcome.outcome === 'done' ? outcome.value : []; // an intent that the provider does not know has none
}

/**
 * Carries out refunds that were left pending: by a crash, by a provider that was away, or at the provider.
 * @returns how many are done now
 */
export async function finishRefunds({ now, signal }: Run): Promise<number> {
  let done = 0;
  while (!signal.aborted) {
    const id = await claimPendingRefund(plainSql, now);
    if (id === undefined) break;
    try {
      if ((await carryOutRefund(id, { now, signal })).status === 'succeeded') done += 1;
    } catch (error) {
      log('warn', 'a refund stays pending', { refund_id: id, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return done;
}

async function selectBoth(refundId: string): Promise<{ refund: RefundRow; payment: Payment }> {
  const refund = await selectRefund(plainSql, refundId);
  const payment = refund && (await selectPayment(plainSql, refund.paymentId));
  if (!refund || !payment) throw new Error('The refund, or the payment that it is of, is not there');
  return { refund, payment };
}
