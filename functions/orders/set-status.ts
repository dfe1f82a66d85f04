// PUT /api/orders/{id}/status: an admin packs, ships or delivers an order.
import { setStatusRoute } from '#functions/orders/lib/contract.ts';
import { setStatus } from '#functions/orders/lib/set-status.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(setStatusRoute, async ({ params, body, shopper, now, note }) => {
  note({ order_id: params.id });
  return { status: 200, body: await setStatus({ ...params, ...body }, { actor: actorOf(shopper), now }) };
});
