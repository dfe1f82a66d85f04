// GET /api/analytics/sales: what was sold, by minute, hour or day.
import { readSalesRoute } from '#functions/analytics/lib/contract.ts';
import { readSales } from '#functions/analytics/lib/read-sales.ts';
import { replicaSql } from '#platform/db/replica.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(readSalesRoute, async ({ query }) => ({ status: 200, body: { items: await readSales(replicaSql, query) } }));
