/** What a stage costs a month before anybody uses it: what npm run deploy says before it asks. */
import { monthlyUsd } from '#functions/ops/lib/monthly-usd.ts';
import { itemsOf } from './compare.ts';

export interface CostItem {
  item: string;
  /** USD a month. */
  monthly: number;
}

/**
 * The floor of a stage's bill, item by item, from its templates. us-east-1, list prices.
 * @param parameters every parameter of every stack that is known, by name
 */
export const monthlyCost = (parameters: Record<string, string>): CostItem[] =>
  itemsOf(parameters)
    .map(({ resource, detail, meters }) => ({ item: `${resource}: ${detail}`, monthly: monthlyUsd(meters, 0) }))
    .filter(({ monthly }) => monthly >= 0.005);
