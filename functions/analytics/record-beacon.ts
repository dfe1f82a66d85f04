// POST /api/beacon: what was seen is counted.
import { recordBeaconRoute } from '#functions/analytics/lib/contract.ts';
import { recordBeacon } from '#functions/analytics/lib/record-beacon.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(recordBeaconRoute, async ({ body, headers, now }) => {
  await recordBeacon(sql, body, { userAgent: headers['user-agent'], now });
  return { status: 204 };
});
