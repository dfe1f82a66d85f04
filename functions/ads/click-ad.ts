// POST /api/ads/{id}/click: a click is counted, and told where it leads.
import { clickAd } from '#functions/ads/lib/click-ad.ts';
import { clickAdRoute } from '#functions/ads/lib/contract.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(clickAdRoute, async ({ params, body, headers, now, note }) => {
  note({ ad_id: params.id });
  const click = { id: params.id, showingId: body?.showingId };
  return { status: 200, body: await clickAd(sql, click, { userAgent: headers['user-agent'], now }) };
});
