import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StripeIntent {
  id: string;
  object: 'payment_intent';
  amount: number;
  currency: string;
  client_secret: string;
  status: string;
  payment_method: string | null;
  last_payment_error: { code?: string; message: string; charge?: string; payment_method?: { id: string } } | null;
}

export interface StripeRefund {
  id: string;
  object: 'refund';
  amount: number;
  currency: string;
  payment_intent: string;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
  failure_reason?: string;
  metadata: Record<string, string>;
}

interface Answer {
  status: number;
  body: object;
}

const fails = (status: number, error: object): Answer => ({ status, body: { error: { type: 'invalid_request_error', ...error } } });
const missing = (param: string) => fails(404, { code: 'resource_missing', param, message: `No such ${param}` });

/** What Stripe's test payment methods do (docs.stripe.com/testing). */
const methods: Record<string, { status: string; decline?: string }> = {
  pm_card_visa: { status: 'succeeded' },
  pm_card_chargeDeclinedInsufficientFunds: { status: 'requires_payment_method', decline: 'Your card has insufficient funds.' },
  pm_card_authenticationRequired: { status: 'requires_action' },
  pm_usBankAccount_processing: { status: 'processing' },
};

/**
 * As much of Stripe's API as the shop uses, behind the real SDK over real HTTP. It keeps intents and refunds, and answers under an idempotency
 * key as Stripe does (docs.stripe.com/api/idempotent_requests): again the same, failures too; another call under the same key is refused.
 */
export async function startStripe() {
  const intents = new Map<string, StripeIntent>();
  const refunds: StripeRefund[] = [];
  const keys = new Map<string, { call: string; answer?: Answer }>();
  const requests: { method: string; path: string; at: number }[] = [];
  const disputed = new Set<string>();
  const declines = new Map<string, number>();
  /** What the next refunds begin as. */
  const next: { refund: Pick<StripeRefund, 'status' | 'failure_reason'> } = { refund: { status: 'succeeded' } };
  /** Set by tests: gives an answer of its own to a call (`POST /v1/refunds`), holds it back, or lets it pass (undefined). */
  let interfere: ((call: string, form: URLSearchParams) => Promise<Answer | undefined> | Answer | undefined) | undefined;

  const leftOf = ({ id, amount }: StripeIntent) =>
    refunds.reduce((left, it) => left - (it.payment_intent === id && !['failed', 'canceled'].includes(it.status) ? it.amount : 0), amount);

  function createIntent(form: URLSearchParams): Answer {
    const amount = Number(form.get('amount'));
    if (amount < 50) return fails(400, { code: 'amount_too_small', param: 'amount', message: 'Amount must be at least $0.50 usd' });
    if (amount > 99_999_999)
      return fails(400, { code: 'amount_too_large', param: 'amount', message: 'Amount must be no more than $999,999.99' });
    const id = `pi_${randomUUID().replaceAll('-', '')}`;
    const intent: StripeIntent = {
      id,
      object: 'payment_intent',
      amount,
      currency: form.get('currency') ?? '',
      client_secret: `${id}_secret_${randomUUID()}`,
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: null,
    };
    intents.set(id, intent);
    return { status: 200, body: intent };
  }

  function confirm(intent: StripeIntent, form: URLSearchParams): Answer {
    const id = form.get('payment_method') ?? '';
    const method = methods[id];
    if (!method) return missing('payment_method');
    if (!['requires_payment_method', 'requires_confirmation'].includes(intent.status)) return movedOn(intent);
    intent.payment_method = id;
    intent.status = method.status;
    intent.last_payment_error = method.decline
      ? { code: 'card_declined', message: method.decline, charge: `ch_${randomUUID()}`, payment_method: { id } }
      : null;
    if (!method.decline) return { status: 200, body: intent };
    declines.set(intent.id, (declines.get(intent.id) ?? 0) + 1);
    return { status: 402, body: { error: { type: 'card_error', ...intent.last_payment_error, payment_intent: intent } } };
  }

  function cancel(intent: StripeIntent): Answer {
    if (['succeeded', 'processing', 'canceled'].includes(intent.status)) return movedOn(intent);
    intent.status = 'canceled';
    return { status: 200, body: intent };
  }
  const movedOn = (intent: StripeIntent) =>
    fails(400, {
      code: 'payment_intent_unexpected_state',
      message: `This PaymentIntent has a status of ${intent.status}.`,
      payment_intent: intent,
    });

  function refund(form: URLSearchParams): Answer {
    const intent = intents.get(form.get('payment_intent') ?? '');
    if (!intent) return missing('payment_intent');
    const amount = Number(form.get('amount'));
    if (disputed.has(intent.id))
      return fails(400, { code: 'charge_disputed', message: 'Charge has been charged back; cannot issue a refund.' });
    if (leftOf(intent) <= 0) return fails(400, { code: 'charge_already_refunded', message: 'Charge has already been refunded.' });
    if (amount > leftOf(intent)) return fails(400, { message: `Refund amount (${amount}) is greater than unrefunded amount on charge` });
    return { status: 200, body: addRefund(intent.id, amount, { ...next.refund, metadata: metadataOf(form) }) };
  }

  function addRefund(intentId: string, amount: number, more: Partial<StripeRefund> = {}): StripeRefund {
    const made: StripeRefund = {
      id: `re_${randomUUID()}`,
      object: 'refund',
      amount,
      currency: intents.get(intentId)?.currency ?? 'usd',
      payment_intent: intentId,
      status: 'succeeded',
      metadata: {},
      ...more,
    };
    refunds.push(made);
    return made;
  }

  function answer(call: string, url: URL, form: URLSearchParams): Answer {
    const [, id, action] = /^\w+ \/v1\/payment_intents\/(\w+)(?:\/(\w+))?$/.exec(call) ?? [];
    if (call === 'POST /v1/payment_intents') return createIntent(form);
    if (call === 'POST /v1/refunds') return refund(form);
    if (call === 'GET /v1/refunds') {
      const data = refunds.filter((it) => it.payment_intent === url.searchParams.get('payment_intent')).toReversed();
      return { status: 200, body: { object: 'list', url: '/v1/refunds', has_more: false, data } };
    }
    const intent = intents.get(id ?? '');
    if (!intent) return missing('intent');
    if (action === 'confirm') return confirm(intent, form);
    if (action === 'cancel') return cancel(intent);
    return { status: 200, body: intent };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stripe');
    const call = `${request.method} ${url.pathname}`;
    const text = Buffer.concat(await request.toArray()).toString();
    requests.push({ method: request.method ?? '', path: url.pathname, at: Date.now() });
    const key = request.headers['idempotency-key'] as string | undefined;
    const known = key === undefined ? undefined : keys.get(key);
    let headers: Record<string, string> = {};
    let given: Answer;
    if (known && known.call !== `${call} ${text}`) {
      given = { status: 400, body: { error: { type: 'idempotency_error', message: 'Keys can only be used with the same parameters.' } } };
    } else if (known && !known.answer) {
      given = {
        status: 409,
        body: { error: { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'Another request is under way.' } },
      };
    } else if (known?.answer) {
      given = known.answer;
      headers = { 'idempotent-replayed': 'true' };
    } else {
      const kept: { call: string; answer?: Answer } = { call: `${call} ${text}` };
      if (key !== undefined) keys.set(key, kept);
      const form = new URLSearchParams(text);
      given = (await interfere?.(call, form)) ?? answer(call, url, form);
      if ([409, 429].includes(given.status))
        keys.delete(key ?? ''); // nothing has begun: Stripe keeps no such answer
      else kept.answer = structuredClone(given);
    }
    if (!response.destroyed)
      response.writeHead(given.status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(given.body));
  }

  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    /** What makes a shop use this server. */
    variables: {
      STRIPE_SECRET_KEY: 'sk_test_kelvo',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_kelvo',
      STRIPE_API_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    intents,
    refunds,
    /** How often each intent was declined. */
    declines,
    /** Every call that arrived, in order. */
    requests,
    next,
    addRefund,
    /** Stripe drops keys that are older than 24 hours. */
    forgetKeys: () => keys.clear(),
    dispute: (intentId: string) => void disputed.add(intentId),
    /** @param work until the next call of this; without: all goes its way again */
    interfere: (work?: typeof interfere) => {
      interfere = work;
    },
    createIntent: (amount: number) => createIntent(new URLSearchParams({ amount: String(amount), currency: 'usd' })).body as StripeIntent,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
export type StripeServer = Awaited<ReturnType<typeof startStripe>>;

const metadataOf = (form: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) => {
      const key = /^metadata\[(\w+)\]$/.exec(name)?.[1];
      return key === undefined ? [] : [[key, value]];
    }),
  );
