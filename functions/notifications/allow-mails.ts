// DELETE /api/notifications/suppressions/{address}: mails may go to an address again.
import { allowMails } from '#functions/notifications/lib/allow-mails.ts';
import { allowMailsRoute } from '#functions/notifications/lib/contract.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(allowMailsRoute, async ({ params, shopper, now }) => {
  await allowMails(params.address, { shopper, now });
  return { status: 204 };
});
