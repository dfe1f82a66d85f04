import type { Recommendation } from '#functions/recommendations/lib/contract.ts';

/** Why a product is recommended, for people. */
export function reasonWords({ product, reason }: Recommendation): string {
  switch (reason) {
    case 'bought-together':
      return 'Often bought together';
    case 'same-category':
      return product.category ? `Popular in ${product.category.name}` : 'Popular';
    case 'popular':
      return 'Popular right now';
    case 'new':
      return 'New in the shop';
  }
}
