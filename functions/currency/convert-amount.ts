// GET /api/currencies/convert: an amount in another currency.
import { convertAmountRoute } from '#functions/currency/lib/contract.ts';
import { convertAmount } from '#functions/currency/lib/convert-amount.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(convertAmountRoute, async ({ query }) => ({ status: 200, body: await convertAmount(sql, query) }));
