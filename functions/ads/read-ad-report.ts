// GET /api/admin/ads/report: how often ads were seen and clicked.
import { readAdReportRoute } from '#functions/ads/lib/contract.ts';
import { readReport } from '#functions/ads/lib/read-report.ts';
import { replicaSql } from '#platform/db/replica.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(readAdReportRoute, async ({ query }) => ({ status: 200, body: await readReport(replicaSql, query) }));
