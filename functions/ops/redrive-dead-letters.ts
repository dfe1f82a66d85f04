// POST /api/admin/dead-letters/redrive: an admin sends dead letters back to their queues.
import { redriveDeadLettersRoute } from '#functions/ops/lib/contract.ts';
import { redriveDeadLetters } from '#functions/ops/lib/redrive-dead-letters.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(redriveDeadLettersRoute, async ({ body, shopper, now, signal, note }) => {
  const done = await redriveDeadLetters(body, { actor: actorOf(shopper), now, signal });
  note({ redriven: done.redriven });
  return { status: 200, body: done };
});
