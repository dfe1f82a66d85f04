/** What was bought together with a product, by different buyers: each counts once for another product, by the latest order with both. */
export interface BoughtTogether {
  productId: string;
  /** The weight of everything that was bought together with it. */
  total: number;
  others: {
    id: string;
    /** What its buyers weigh together: an order of today 1, an older one less. */
    weight: number;
    buyers: number;
  }[];
}

export interface Affinity {
  id: string;
  score: number;
}

/** What fewer buyers than these have done is no evidence: nobody makes a pair alone, however often they order. */
export const fewestBuyers = 3;
/**
 * How sure it has to be that a pair is no chance: the log-likelihood ratio follows chi-squared with one degree of freedom, of which 15.1 has a tail of one in
 * 10,000. A product is compared with hundreds of others, so that the usual one in 20 would find dozens of pairs where there are none.
 */
const surelyNoChance = 15.1;
/** Shrinkage: as if so many more things had been bought together with the product, in the shares that they have in the whole shop. */
const doubt = 20;
/** Kept of each product: enough that some are in stock, and not in the cart. */
export const mostOthers = 24;

/**
 * The products that go with one, best first: those that were bought together with it more often than chance explains.
 *
 * Popular products are in many baskets, so also in many with this one, which says nothing. Chance is: of `total` things that were bought together with
 * it, each other product has the share that it has of everything that is bought. A pair has to beat that surely (`logLikelihoodRatio`), and its score is by how much,
 * as a share: what is bought together with it beyond chance, drawn towards zero where there is little of it. Scores of several products add up.
 * @param shareOf a product's share of everything that is bought in orders of more than one product
 */
export function affinitiesOf({ productId, total, others }: BoughtTogether, shareOf: (id: string) => number): Affinity[] {
  const ofOthers = 1 - shareOf(productId); // a basket holds a product once, so nothing else in it is this one
  return others
    .filter(({ buyers }) => buyers >= fewestBuyers)
    .map(({ id, weight }) => ({ id, weight, expected: Math.min(shareOf(id) / ofOthers, 1) * total }))
    .filter(({ weight, expected }) => weight > expected && logLikelihoodRatio(weight, expected, total) >= surelyNoChance)
    .map(({ id, weight, expected }) => ({ id, score: (weight - expected) / (total + doubt) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, mostOthers);
}

/**
 * Dunning's log-likelihood ratio (https://aclanthology.org/J93-1003): how much better `count` of `total` is explained by a share of its own than by the
 * share that makes it `expected`. Unlike a quotient of the two it does not overrate what is rare.
 */
export function logLikelihoodRatio(count: number, expected: number, total: number): number {
  const part = (seen: number, awaited: number) => (seen > 0 ? seen * Math.log(seen / awaited) : 0);
  return 2 * (part(count, expected) + part(total - count, total - expected));
}
