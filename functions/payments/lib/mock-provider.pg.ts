import { randomBytes } from 'node:crypto';
import { sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { PaymentProvider, ProviderIntent } from './payment-provider.ts';

type Outcome = Pick<ProviderIntent, 'status' | 'lastError'>;
const succeeds: Outcome = { status: 'succeeded', lastError: null };
const declines = (message: string): Outcome => ({ status: 'failed', lastError: { code: 'card-declined', message } });

/** Stripe's test payment methods and what becomes of a payment with each. */
const outcomes: Record<string, Outcome> = {
  pm_card_visa: succeeds,
  pm_card_visa_debit: succeeds,
  pm_card_mastercard: succeeds,
  pm_card_amex: succeeds,
  pm_card_declined: declines('Your card was declined.'),
  pm_card_chargeDeclined: declines('Your card was declined.'),
  pm_card_chargeDeclinedInsufficientFunds: declines('Your card has insufficient funds.'),
  pm_card_chargeDeclinedExpiredCard: declines('Your card has expired.'),
  pm_card_authenticationRequired: { status: 'requires_action', lastError: null },
};

interface IntentRow {
  id: string;
  client_secret: string;
  status: ProviderIntent['status'];
  last_error: ProviderIntent['lastError'];
}

const columns = 'id, client_secret, status, last_error';
const intentOf = ({ id, client_secret, status, last_error }: IntentRow): ProviderIntent => ({
  id,
  clientSecret: client_secret,
  status,
  lastError: last_error,
});

/**
 * A payment provider shaped like Stripe that settles in the call. Its tables stand for another company's: each call is one statement of its
 * own, outside of the shop's transactions, and a request key that comes again gets the same answer.
 */
export const mockProvider: PaymentProvider = {
  name: 'mock',

  async createIntent({ key, amount }) {
    const id = `pi_mock_${randomBytes(12).toString('hex')}`;
    const [row] = await sql<IntentRow>(
      `insert into mock_intents (id, request_key, client_secret, amount, currency, status) values ($1, $2, $3, $4, $5, 'requires_confirmation')
       on conflict (request_key) do update set request_key = excluded.request_key returning ${columns}`,
      [id, key, `${id}_secret_${randomBytes(12).toString('hex')}`, amount.amount, amount.currency],
    );
    return known(row);
  },

  // A second confirm of an intent that asks for the shopper's action stands for their consent, and succeeds.
  async confirmIntent(intentId, paymentMethod) {
    const outcome = outcomes[paymentMethod];
    if (!outcome) {
      throw new Problem('unprocessable', 'unknown-payment-method', 'The mock provider does not know this payment method.', {
        errors: [{ pointer: '/paymentMethod', message: `must be one of ${Object.keys(outcomes).join(', ')}` }],
      });
    }
    const [row] = await sql<IntentRow>(
      `update mock_intents set
         status = case when status in ('succeeded', 'canceled') then status when status = 'requires_action' then 'succeeded' else $2 end,
         last_error = case when status in ('succeeded', 'canceled', 'requires_action') then null else $3::jsonb end
       where id = $1 returning ${columns}`,
      [intentId, outcome.status, outcome.lastError],
    );
    return known(row);
  },

  async cancelIntent(intentId) {
    const [row] = await sql<IntentRow>(
      `update mock_intents set status = case when status = 'succeeded' then status else 'canceled' end where id = $1 returning ${columns}`,
      [intentId],
    );
    return known(row);
  },

  async refund({ key, intentId, amount }) {
    const [row] = await sql<{ id: string }>(
      `insert into mock_refunds (id, request_key, intent_id, amount) values ($1, $2, $3, $4)
       on conflict (request_key) do update set request_key = excluded.request_key returning id`,
      [`re_mock_${randomBytes(12).toString('hex')}`, key, intentId, amount.amount],
    );
    if (!row) throw new Error('The mock provider wrote no refund');
    return row;
  },
};

function known(row: IntentRow | undefined): ProviderIntent {
  if (!row) throw new Error('The mock provider does not know this intent');
  return intentOf(row);
}
