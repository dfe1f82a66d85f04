import { randomBytes } from 'node:crypto';
import { type Sql, sql, transaction } from '#platform/db/sql.ts';
import { mockMethods } from './mock-methods.ts';
import type { Outcome, PaymentProvider, ProviderIntent, ProviderRefund, Refusal, RefusalCode } from './payment-provider.ts';
import { refundFailure } from './refund-failures.ts';

interface IntentRow {
  id: string;
  client_secret: string;
  amount: number;
  status: ProviderIntent['status'];
  last_error: ProviderIntent['lastError'];
  payment_method: string | null;
  tries: number;
}

interface RefundRow {
  id: string;
  request_key: string | null;
  amount: number;
  status: ProviderRefund['status'];
  failure_reason: string | null;
}

const refundColumns = `id, request_key, amount, failure_reason,
  case when ends_at <= clock_timestamp() then ends_as else status end as status`;

/**
 * A payment provider shaped like Stripe that settles in the call. Its tables play another company's database: what it does is outside of the shop's
 * transactions, and a request key that comes again gets the same answer.
 */
export const mockProvider: PaymentProvider = {
  createIntent: ({ key, amount }, signal) =>
    answer(signal, async () => {
      const id = `pi_mock_${randomBytes(12).toString('hex')}`;
      const [row] = await sql<IntentRow>(
        `insert into mock_intents (id, request_key, client_secret, amount, currency, status) values ($1, $2, $3, $4, $5, 'requires_confirmation')
         on conflict (request_key) do update set request_key = excluded.request_key returning *`,
        [id, key, `${id}_secret_${randomBytes(12).toString('hex')}`, amount.amount, amount.currency],
      );
      return intentOutcome(row);
    }),

  // A second confirm of an intent that asks for the shopper's action stands for their consent, and succeeds.
  confirmIntent: (intentId, paymentMethod, signal) =>
    answer(signal, async () => {
      const method = Object.hasOwn(mockMethods, paymentMethod) ? mockMethods[paymentMethod] : undefined;
      if (!method) return refused('unknown-payment-method', `The mock provider knows ${Object.keys(mockMethods).join(', ')}.`);
      const lastError = method.message === undefined ? null : { code: 'card-declined', message: method.message };
      const [row] = await sql<IntentRow>(
        `update mock_intents set
           status = case when status in ('succeeded', 'canceled', 'processing') then status when status = 'requires_action' then 'succeeded' else $2 end,
           last_error = case when status in ('succeeded', 'canceled', 'processing', 'requires_action') then null else $3::jsonb end,
           payment_method = case when status in ('succeeded', 'canceled', 'processing') then payment_method else $4 end,
           tries = tries + 1
         where id = $1 returning *`,
        [intentId, method.status, lastError, paymentMethod],
      );
      return intentOutcome(row);
    }),

  readIntent: (intentId, signal) =>
    answer(signal, async () => intentOutcome((await sql<IntentRow>('select * from mock_intents where id = $1', [intentId]))[0])),

  cancelIntent: (intentId, signal) =>
    answer(signal, async () => {
      const [row] = await sql<IntentRow>(
        `update mock_intents set status = case when status in ('succeeded', 'processing') then status else 'canceled' end where id = $1 returning *`,
        [intentId],
      );
      return intentOutcome(row);
    }),

  refund: ({ key, intentId, amount }, signal) =>
    answer(signal, () =>
      transaction(async (sql): Promise<Outcome<ProviderRefund>> => {
        const [intent] = await sql<IntentRow>('select * from mock_intents where id = $1 for update', [intentId]);
        if (!intent) return unknownIntent;
        const refunds = await selectRefunds(sql, intentId);
        const known = refunds.find((refund) => refund.request_key === key);
        if (known) return { outcome: 'done', value: refundOf(known) };
        const left = intent.amount - refunds.reduce((sum, refund) => sum + (refund.status === 'failed' ? 0 : refund.amount), 0);
        if (left <= 0) return refused('already-refunded', 'All of it was given back already.');
        if (amount.amount > left) return refused('amount-too-large', 'It is more than is left of the payment.');
        const method = mockMethods[intent.payment_method ?? ''];
        if (method?.disputed)
          return refused('disputed', "The shopper's bank disputes this payment, so the money goes back through the dispute.");
        const { status, endsAs = null, failureReason = null } = method?.refund ?? { status: 'succeeded' };
        const [made] = await sql<RefundRow>(
          `insert into mock_refunds (id, request_key, intent_id, amount, status, ends_as, failure_reason, ends_at)
             values ($1, $2, $3, $4, $5, $6, $7, case when $6::text is not null then clock_timestamp() + interval '1 minute' end)
           returning ${refundColumns}`,
          [`re_mock_${randomBytes(12).toString('hex')}`, key, intentId, amount.amount, status, endsAs, failureReason],
        );
        return { outcome: 'done', value: refundOf(made as RefundRow) };
      }),
    ),

  readRefunds: (intentId, signal) =>
    answer(signal, async () => ({ outcome: 'done', value: (await selectRefunds(sql, intentId)).map(refundOf) })),
};

/**
 * The mock's webhooks are signed by tests and demos in its name, so its record has to agree with them: an intent that was never confirmed gets the
 * event's status, and money under way from the only try so far can fail. Any other keeps its own, since the event may be of an earlier try.
 * @returns the intent after it; undefined when it stayed as it was
 */
export async function setMockStatus(
  intentId: string,
  status: 'failed' | 'processing' | 'requires_action',
  message = 'The payment failed.',
): Promise<ProviderIntent | undefined> {
  const [row] = await sql<IntentRow>(
    `update mock_intents set status = $2, last_error = $3, tries = tries + 1
      where id = $1 and (status = 'requires_confirmation' or (status in ('processing', 'requires_action') and $2 = 'failed' and tries = 1))
      returning *`,
    [intentId, status, status === 'failed' ? { code: 'card-declined', message } : null],
  );
  return row && intentOf(row);
}

const selectRefunds = (sql: Sql, intentId: string): Promise<RefundRow[]> =>
  sql(`select ${refundColumns} from mock_refunds where intent_id = $1 order by created_at, id`, [intentId]);

/** A database that is gone is a provider that is away. */
async function answer<T>(signal: AbortSignal, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    signal.throwIfAborted();
    return await work();
  } catch (cause) {
    return { outcome: 'away', cause };
  }
}

const refused = (code: RefusalCode, message: string): Refusal => ({ outcome: 'refused', code, message });
const unknownIntent = refused('unknown-intent', 'The payment provider does not know this payment.');

const intentOutcome = (row: IntentRow | undefined): Outcome<ProviderIntent> =>
  row ? { outcome: 'done', value: intentOf(row) } : unknownIntent;

function intentOf({ id, client_secret: clientSecret, status, last_error: lastError, tries }: IntentRow): ProviderIntent {
  return { id, clientSecret, status, lastError, declineId: status === 'failed' ? `${id}:${tries}` : null };
}

const refundOf = ({ id, request_key: key, amount, status, failure_reason }: RefundRow): ProviderRefund => ({
  id,
  key,
  amount,
  status,
  failure: status === 'failed' ? refundFailure(failure_reason) : null,
});
