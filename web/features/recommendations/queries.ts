import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Cart } from '#functions/cart/lib/contract.ts';
import type { Currency } from '#platform/money.ts';
import { call } from '../../lib/api.ts';
import { listRecommendations } from '../../lib/routes.ts';
import { mix } from './mix.ts';

/** How many a shelf shows. */
export const shelfSize = 4;
/** Of an order with many products so many are asked about. */
const asked = 3;
/** The API's most. */
const mostAtOnce = 20;

/**
 * What goes with products, e.g. those of an order, and is none of them. A product that cannot be asked about, because it is off the shelf
 * by now, is as if it were not there. @throws ApiProblem when that is so of all of them
 */
export const recommendedForQuery = (productIds: readonly string[], currency: Currency) =>
  queryOptions({
    queryKey: ['recommendations', productIds, currency],
    queryFn: async ({ signal }) => {
      const limit = String(Math.min(shelfSize + productIds.length - 1, mostAtOnce));
      const answers = await Promise.allSettled(
        productIds.slice(0, asked).map((productId) => call(listRecommendations, { query: { productId, limit, currency }, signal })),
      );
      const [failed] = answers.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
      const lists = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.items] : []));
      if (failed && lists.length === 0) throw failed.reason;
      return mix(lists, productIds).slice(0, shelfSize);
    },
  });

/**
 * What goes with a cart. The question names the cart, and never what lies in it. Its key is one of the cart's, so that it is forgotten with
 * the cart; each version of the cart has an answer of its own, and until that is there the last one stays.
 */
export const recommendedForCartQuery = ({ sessionId, version }: Pick<Cart, 'sessionId' | 'version'>, currency: Currency) =>
  queryOptions({
    queryKey: ['cart', sessionId, currency, 'recommendations', version],
    queryFn: async ({ signal }) =>
      (await call(listRecommendations, { query: { sessionId, limit: String(shelfSize), currency }, signal })).items,
    placeholderData: keepPreviousData,
  });
