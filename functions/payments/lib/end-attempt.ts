import { sql as plainSql } from '#platform/db/sql.ts';
import { attachIntent, type Payment } from './payments.pg.ts';
import { paymentRefused, providerOf, providerUnavailable } from './provider.ts';
import { canceled, settlePayment, type Verdict } from './settle-payment.ts';

interface Run {
  now: Date;
  signal: AbortSignal;
}

/**
 * Ends an attempt to pay at its provider, so that no money can come of it any more.
 * @returns the attempt after it: `canceled`; or `succeeded`, where the money was faster (its order is paid then); or `processing`, where it is
 *   under way and nobody can stop it
 * @throws Problem 503 `provider-unavailable`
 */
export async function endAttempt(attempt: Payment, { now, signal }: Run): Promise<Payment> {
  const intentId = attempt.intentId ?? (await recoverIntent(attempt, { now, signal }));
  const verdict = intentId === undefined ? canceled : await cancel(attempt, intentId, signal);
  return settlePayment(attempt, verdict, { now, signal });
}

/**
 * The intent of an attempt that has none yet: the provider may have made one whose answer was lost or has not arrived. Under the same key it
 * returns that one, or makes one that can be canceled. Undefined where it refuses to make one.
 */
async function recoverIntent(attempt: Payment, { now, signal }: Run): Promise<string | undefined> {
  const { id: key, orderId, amount, currency } = attempt;
  const outcome = await providerOf(attempt).createIntent({ key, orderId, amount: { amount, currency } }, signal);
  if (outcome.outcome === 'away') throw providerUnavailable(outcome.cause);
  if (outcome.outcome === 'refused') return undefined;
  await attachIntent(plainSql, attempt.id, outcome.value, now);
  return outcome.value.id;
}

async function cancel(attempt: Payment, intentId: string, signal: AbortSignal): Promise<Verdict> {
  const outcome = await providerOf(attempt).cancelIntent(intentId, signal);
  switch (outcome.outcome) {
    case 'done':
      return outcome.value;
    case 'refused':
      if (outcome.code === 'unknown-intent') return canceled; // nobody can pay what the provider does not know
      throw paymentRefused(outcome);
    case 'away':
      throw providerUnavailable(outcome.cause);
  }
}
