import type { AnswerOf } from '#platform/http/contract.ts';
import type { getFinopsRoute } from './contract.ts';
import { type Meter, monthlyUsd } from './monthly-usd.ts';

export interface CostItem {
  /** What is paid for: `PostgreSQL`. */
  resource: string;
  /** What it is: `db.t4g.micro, one zone, 20 GB`. */
  detail: string;
  meters: Meter[];
}

/** What each stage is billed for, computed from templates and configuration when a release is built (scripts/finops/stage-costs.ts). */
export interface StageCosts {
  /** The day of the prices. */
  asOf: string;
  stages: Record<
    string,
    {
      deployed: CostItem[];
      /** What is different in the right size, up to so many requests a month; null for any number. The last one has null. */
      ideal: { upTo: number | null; items: CostItem[] }[];
    }
  >;
}

const cents = (usd: number) => Math.round(usd * 100);
const dollars = (amount: number) => ({ amount, currency: 'USD' as const });
const sumOf = (amounts: readonly number[]) => amounts.reduce((a, b) => a + b, 0);
const none = { detail: 'none', meters: [] };

/**
 * A month of a stage with so many requests of its API. Amounts are rounded to cents one by one, and the total is their sum.
 * @param stage one that costs nothing, as `local` does, shows what dev would cost
 */
export function monthOf({ asOf, stages }: StageCosts, stage: string, requests: number): AnswerOf<typeof getFinopsRoute> {
  const { deployed = [], ideal = [] } = stages[stage] ?? stages.dev ?? {};
  const changed = ideal.find(({ upTo }) => upTo === null || requests <= upTo)?.items ?? [];
  const names = new Set([...deployed, ...changed].map(({ resource }) => resource));
  const items = [...names].map((resource) => {
    const now = deployed.find((item) => item.resource === resource) ?? none;
    const then = changed.find((item) => item.resource === resource) ?? now;
    const [costs, could] = [cents(monthlyUsd(now.meters, requests)), cents(monthlyUsd(then.meters, requests))];
    return {
      resource,
      deployed: now.detail,
      ideal: then.detail,
      monthly: { deployed: dollars(costs), ideal: dollars(could), savings: dollars(costs - could) },
    };
  });
  const total = (which: 'deployed' | 'ideal' | 'savings') => dollars(sumOf(items.map(({ monthly }) => monthly[which].amount)));
  return { asOf, items, total: { deployed: total('deployed'), ideal: total('ideal'), savings: total('savings') } };
}
