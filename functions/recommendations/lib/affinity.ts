/** Things that were bought together with a product, by different buyers: each counts once for another product, by the latest order with both. */
interface Things {
  buyers: number;
  /** What they weigh together: an order of today 1, an older one less. */
  weight: number;
}

/** All that was bought together with a product, and each other product of it. */
export interface BoughtTogether extends Things {
  productId: string;
  others: (Things & { id: string })[];
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
/** Shrinkage: as if so many more things had been bought together with the product today, in the shares that they have in the whole shop. */
const doubt = 20;
/** Kept of each product: enough that some are in stock, and not in the cart. */
export const mostOthers = 24;

/**
 * The products that go with one, best first: those that were bought together with it more often than chance explains.
 *
 * Popular products are in many baskets, so also in many with this one, which says nothing. Chance is: of all that was bought together with it, each other
 * product has the share that it has of everything that is bought. A pair has to beat that surely (`logLikelihoodRatio` of the buyers, old and new alike), and its score is by how
 * much, with newer orders weighing more: the share of what is bought together with it that chance does not explain, drawn towards zero where there is little. Scores of several
 * products add up.
 * @param shareOf a product's share of everything that is bought in orders of more than one product
 */
export function affinitiesOf({ productId, others, buyers, weight }: BoughtTogether, shareOf: (id: string) => number): Affinity[] {
  const ofOthers = 1 - shareOf(productId); // a basket holds a product once, so nothing else in it is this one
  return others
    .map((other) => ({ ...other, share: Math.min(shareOf(other.id) / ofOthers, 1) }))
    .filter((other) => other.buyers >= fewestBuyers && other.buyers > other.share * buyers)
    .filter((other) => logLikelihoodRatio(other.buyers, other.share * buyers, buyers) >= surelyNoChance)
    .map((other) => ({ id: other.id, score: (other.weight - other.share * weight) / (weight + doubt) }))
    .filter(({ score }) => score > 0)
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
