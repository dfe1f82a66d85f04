// DELETE /api/orders/{id}/sms-consent: no more text messages about an order.
import { withdrawSmsConsentRoute } from '#functions/orders/lib/contract.ts';
import { withdrawSmsConsent } from '#functions/orders/lib/withdraw-sms-consent.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(withdrawSmsConsentRoute, async ({ params, orderToken, shopper, now, note }) => {
  note({ order_id: params.id });
  await withdrawSmsConsent(params.id, { access: { orderToken, shopper }, now });
  return { status: 204 };
});
