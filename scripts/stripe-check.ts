// npm run stripe:check: the Stripe adapter against stripe-mock, Stripe's own stand-in for its API (go install github.com/stripe/stripe-mock).
// stripe-mock answers every call by Stripe's published schema and keeps nothing: this checks our requests, not a payment.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import Stripe from 'stripe';
import type { Outcome } from '#functions/payments/lib/payment-provider.ts';
import { freePort } from '#local/services/ports.ts';
import { within } from '#local/services/processes.ts';
import { unitVariables } from '#tests/support/variables.ts';
import { takesNothing } from './command-line.ts';

takesNothing(`Usage: npm run stripe:check

Our calls of Stripe against stripe-mock, which answers by Stripe's published schema and keeps nothing. STRIPE_MOCK names its program where it is not on the
PATH. Ends with 0; with 1 when a call is not as Stripe wants it; with 2 where stripe-mock is missing.`);

const binary = process.env.STRIPE_MOCK ?? 'stripe-mock';
const port = await freePort();
const mock = spawn(binary, ['-http-port', String(port), '-https-port', '-1'], { stdio: ['ignore', 'ignore', 'inherit'] });
const failed = once(mock, 'error').then(() => {
  console.error(
    `${binary} cannot be started. Install it with: go install github.com/stripe/stripe-mock@latest, or name it in STRIPE_MOCK.`,
  );
  process.exit(2);
});

async function check(): Promise<void> {
  const endpoint = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(endpoint).then(
      () => true,
      () => false,
    );
  if (!(await within(10_000, answers, 50))) throw new Error('stripe-mock does not answer');
  Object.assign(process.env, unitVariables, {
    PAYMENT_PROVIDER: 'stripe',
    STRIPE_SECRET_KEY: 'sk_test_123',
    STRIPE_API_ENDPOINT: endpoint,
  });
  const { stripeProvider: stripe } = await import('#functions/payments/lib/stripe-provider.client.ts');
  const { isSigned, sign } = await import('#functions/payments/lib/webhook-signature.ts');
  const { signal } = new AbortController();
  const amount = { amount: 12_999, currency: 'USD' } as const;

  const done = <T>(outcome: Outcome<T>): T => {
    if (outcome.outcome !== 'done') throw new Error(`The adapter answers ${JSON.stringify(outcome)}`);
    return outcome.value;
  };

  const intent = done(await stripe.createIntent({ key: randomUUID(), orderId: randomUUID(), amount }, signal));
  console.log('create  ', intent.id, intent.status);
  console.log('confirm ', done(await stripe.confirmIntent(intent.id, 'pm_card_visa', signal)).status);
  console.log('read    ', done(await stripe.readIntent(intent.id, signal)).status);
  console.log('cancel  ', done(await stripe.cancelIntent(intent.id, signal)).status);
  console.log('refund  ', done(await stripe.refund({ key: randomUUID(), intentId: intent.id, amount }, signal)).id);
  console.log('refunds ', done(await stripe.readRefunds(intent.id, signal)).length);

  // Signatures, both ways, against Stripe's own implementation of its scheme.
  const payload = '{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1"}}}';
  const theirs = Stripe.webhooks.generateTestHeaderString({ payload, secret: 'whsec_test' });
  if (!isSigned(theirs, Buffer.from(payload), ['whsec_test'], new Date())) throw new Error("Stripe's signature is not accepted");
  Stripe.webhooks.constructEvent(payload, sign(payload, 'whsec_test', new Date()), 'whsec_test');
  console.log('webhook  signatures agree both ways');
}

try {
  await Promise.race([check(), failed]);
} finally {
  mock.kill();
}
