// GET /api/currencies: the currencies and their rates.
import { listCurrenciesRoute } from '#functions/currency/lib/contract.ts';
import { listCurrencies } from '#functions/currency/lib/list-currencies.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listCurrenciesRoute, async () => ({ status: 200, body: await listCurrencies(sql) }));
