// queue IndexProductsQueue: products that changed are written to OpenSearch, those off the shelf deleted there.
import { productArchived, productChanged } from '#functions/catalog/lib/contract.ts';
import { indexChange } from '#functions/search/lib/index-products.ts';
import { sql } from '#platform/db/sql.ts';
import { consumeInSteps } from '#platform/events/consume.ts';

export const handler = consumeInSteps('search/index-products', [productChanged, productArchived], {
  // Nothing of ours changes: what to write is read anew with each delivery.
  note: async () => undefined,
  finish: (event, { now }) => indexChange(sql, event, { now }),
});
