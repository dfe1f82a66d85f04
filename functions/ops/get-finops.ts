// GET /api/admin/finops: what this stage costs a month, beside what it would cost right-sized.
import { getFinopsRoute } from '#functions/ops/lib/contract.ts';
import { monthOf } from '#functions/ops/lib/month-of.ts';
import stageCosts from '#functions/ops/lib/stage-costs.json' with { type: 'json' };
import { config } from '#platform/config.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getFinopsRoute, async ({ query: { requests } }) => ({
  status: 200,
  body: monthOf(stageCosts, config.STAGE, requests),
}));
