// GET /api/payment/config: how this shop is paid.
import { getPaymentConfigRoute } from '#functions/payments/lib/contract.ts';
import { config } from '#platform/config.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getPaymentConfigRoute, async () => ({
  status: 200,
  body: { provider: config.PAYMENT_PROVIDER, publishableKey: config.STRIPE_PUBLISHABLE_KEY ?? null },
}));
