import { recordBeaconRoute } from '#functions/analytics/lib/contract.ts';
import { getProductRoute, listCategoriesRoute, listProductsRoute, type Product, productSorts } from '#functions/catalog/lib/contract.ts';
import { listCurrenciesRoute } from '#functions/currency/lib/contract.ts';
import { listRecommendationsRoute } from '#functions/recommendations/lib/contract.ts';
import { searchRoute, suggestSearchRoute } from '#functions/search/lib/contract.ts';
import { pricedFor, readingMs, type Shopper } from './shopper.ts';
import { ask, type Journey } from './step.ts';
import { typedOf } from './typing.ts';

/** What a shopper can click on: all that is known of it is its id and name. */
export type Shown = Pick<Product, 'id' | 'name'>;

/** Opens the shop's front page, in a currency of one's own now and then. @returns the products on it */
export function* openFrontPage(shopper: Shopper): Journey<Shown[]> {
  const { chances } = shopper;
  yield* ask(listCategoriesRoute, { query: {} }, { thinkMs: 0 });
  if (chances.happens(0.15)) yield* chooseCurrency(shopper);
  const page = yield* ask(listProductsRoute, { query: { sort: 'popularity', limit: '12', ...pricedFor(shopper) } });
  yield* ask(listRecommendationsRoute, { query: { limit: '4', ...pricedFor(shopper) } });
  return page?.items ?? [];
}

function* chooseCurrency(shopper: Shopper): Journey {
  const list = yield* ask(listCurrenciesRoute, {});
  const chosen = shopper.chances.oneOf(list?.items ?? []);
  if (chosen) shopper.currency = chosen.code;
}

/** Looks for something: by the search, by a category, or by what is on the page already. @returns the products found, or those that were there */
export function* lookAround(shopper: Shopper, seen: Shown[]): Journey<Shown[]> {
  const way = shopper.chances.oneOf(['search', 'category', 'here'] as const);
  const found = way === 'search' ? yield* search(shopper, seen) : way === 'category' ? yield* openCategory(shopper) : [];
  return found.length > 0 ? found : seen;
}

/** Types a few letters, reads what is suggested, and searches; narrows it now and then. */
function* search(shopper: Shopper, seen: Shown[]): Journey<Shown[]> {
  const { chances } = shopper;
  const q = typedOf(chances, chances.oneOf(seen)?.name ?? 'lamp');
  const begun = q.slice(0, Math.max(2, Math.ceil(q.length / 2))).trim();
  yield* ask(suggestSearchRoute, { query: { q: begun, ...pricedFor(shopper) } }, { thinkMs: readingMs(shopper) });
  const page = yield* ask(searchRoute, { query: { q, ...pricedFor(shopper) } }, { thinkMs: chances.time(1_000) });
  if (!page || !chances.happens(0.3)) return page?.items ?? [];
  const category = chances.oneOf(page.facets.categories)?.slug;
  const query = {
    q,
    inStock: 'true',
    sort: chances.oneOf(['relevance', ...productSorts] as const),
    ...(category && { category }),
  } as const;
  const narrowed = yield* ask(searchRoute, { query: { ...query, ...pricedFor(shopper) } }, { thinkMs: readingMs(shopper) });
  return narrowed?.items ?? [];
}

/** Opens a category, sorted and priced as one likes. */
function* openCategory(shopper: Shopper): Journey<Shown[]> {
  const { chances } = shopper;
  const list = yield* ask(listCategoriesRoute, { query: {} }, { thinkMs: readingMs(shopper) });
  const category = chances.oneOf(list?.items ?? [])?.slug;
  const maxPrice = chances.happens(0.3) ? String(chances.whole(20, 400) * 100) : undefined;
  const query = { category, maxPrice, sort: chances.oneOf(productSorts), ...pricedFor(shopper) };
  const page = yield* ask(listProductsRoute, { query });
  return page?.items ?? [];
}

/** Opens a product's page, which counts as a view. @returns the product; undefined where there was nothing to open */
export function* openProduct(shopper: Shopper, seen: readonly Shown[]): Journey<Product | undefined> {
  const { chances } = shopper;
  const chosen = chances.oneOf(seen);
  if (!chosen) return undefined;
  const product = yield* ask(
    getProductRoute,
    { params: { id: chosen.id }, query: pricedFor(shopper) },
    { thinkMs: readingMs(shopper), expected: ['product-not-found'] },
  );
  if (!product) return undefined;
  yield* ask(recordBeaconRoute, { body: { kind: 'product-view', ids: [product.id] } });
  yield* ask(listRecommendationsRoute, { query: { productId: product.id, ...pricedFor(shopper) } });
  return product;
}
