import * as z from 'zod/mini';
import { required } from '#platform/config.ts';
import { sql as plainSql, transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { check, parseJson } from '#platform/http/parse.ts';
import { syncRefunds } from './carry-out-refund.ts';
import { IntentId, WebhookEvent } from './contract.ts';
import { DeclinedIntent, declineIdOf } from './decline.ts';
import { setMockStatus } from './mock-provider.pg.ts';
import { type Payment, selectPaymentByIntent } from './payments.pg.ts';
import { readVerdict, recordDecline, settlePayment } from './settle-payment.ts';
import { isSigned } from './webhook-signature.ts';

interface Run {
  now: Date;
  signal: AbortSignal;
}

type Handle = (payment: Payment, object: unknown, run: Run) => Promise<unknown>;

const succeeded: Handle = (payment, _, run) => settlePayment(payment, { status: 'succeeded', lastError: null, declineId: null }, run);
const canceled: Handle = (payment, _, run) => settlePayment(payment, { status: 'canceled', lastError: null, declineId: null }, run);

/** Events come late and out of order: a status that is not final is asked of the provider, which also knows the newest try. */
const askForStatus: Handle = async (payment, _, run) => settlePayment(payment, await readVerdict(payment, run.signal), run);

/** A decline is recorded by its own id, whatever the intent has become since. */
const failed: Handle = async (payment, object, run) => {
  const id = await declineIdIn(payment, object);
  if (id) await transaction((sql) => recordDecline(sql, payment, { id, code: 'card-declined' }, run.now));
  await askForStatus(payment, object, run);
};

/**
 * The id of a decline.
 * @returns nothing for an event without an error, or about a mock intent that has been tried since: `askForStatus` then decides
 */
async function declineIdIn(payment: Payment, object: unknown): Promise<string | null | undefined> {
  const intentId = payment.intentId ?? '';
  const intent = DeclinedIntent.safeParse(object).data;
  if (payment.provider === 'mock') return (await setMockStatus(intentId, 'failed', intent?.last_payment_error.message))?.declineId;
  return intent && declineIdOf(intentId, intent);
}

const underWay =
  (status: 'processing' | 'requires_action'): Handle =>
  async (payment, object, run) => {
    if (payment.provider === 'mock') await setMockStatus(payment.intentId ?? '', status);
    await askForStatus(payment, object, run);
  };

/** A refund's status is asked of the provider too, with all other refunds of the payment. */
const refunds: Handle = (payment, _, run) => syncRefunds(payment, run);

/** Stripe's event types that concern us (docs.stripe.com/api/events/types). */
const handlers: Record<string, Handle> = {
  'payment_intent.succeeded': succeeded,
  'payment_intent.canceled': canceled,
  'payment_intent.payment_failed': failed,
  'payment_intent.requires_action': underWay('requires_action'),
  'payment_intent.processing': underWay('processing'),
  'refund.created': refunds,
  'refund.updated': refunds,
  'refund.failed': refunds,
  'charge.refunded': refunds,
  'charge.refund.updated': refunds,
};

const Intent = z.object({ object: z.object({ id: IntentId }) });
const Refunded = z.object({ object: z.object({ payment_intent: IntentId }) });

/**
 * Applies an event of the provider's to the payment that it names. The signature is checked first, over the raw bytes; then only the fields that
 * are used are read. A redelivery, a payment of somebody else and any other event type change nothing.
 * @throws Problem 400 `invalid-signature`, `malformed-json`, `invalid-request`; 503 `provider-unavailable`, and the provider sends it again later
 */
export async function receiveWebhook(
  { rawBody, signature }: { rawBody: Buffer; signature: string | undefined },
  run: Run,
): Promise<{ orderId: string | undefined }> {
  if (!isSigned(signature, rawBody, required('PAYMENT_WEBHOOK_SECRET'), run.now)) {
    throw new Problem('invalid', 'invalid-signature', 'The header stripe-signature does not fit this body, or is older than five minutes.');
  }
  const event = WebhookEvent.safeParse(parseJson(rawBody)).data;
  const handle = event && Object.hasOwn(handlers, event.type) ? handlers[event.type] : undefined;
  if (!event || !handle) return { orderId: undefined };
  const isIntent = event.type.startsWith('payment_intent.');
  const intentId = isIntent ? check(Intent, event.data, '/data').object.id : Refunded.safeParse(event.data).data?.object.payment_intent;
  const payment = intentId === undefined ? undefined : await selectPaymentByIntent(plainSql, intentId);
  if (!payment) return { orderId: undefined };
  await handle(payment, (event.data as { object: unknown }).object, run);
  return { orderId: payment.orderId };
}
