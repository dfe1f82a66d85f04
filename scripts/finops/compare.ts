/** Deployed beside ideal, resource by resource. */
import { type Meter, monthlyUsd } from '#functions/ops/lib/monthly-usd.ts';
import { inCloudWatch } from '#platform/telemetry/metrics.ts';
import { type CostItem, costItems } from './cost-items.ts';
import { bandOf, bands, idealParameters } from './ideal.ts';
import { resourcesOfStage } from './stage-resources.ts';

/** Each currency that is sold in makes a metric `revenue` of its own: these are what a shop has, two of them. */
const metricsOfOurs = Object.keys(inCloudWatch).length + 1;

/** A stage's items. @param parameters what its configuration sets, with Stage */
export const itemsOf = (parameters: Record<string, string>): CostItem[] => costItems(resourcesOfStage(parameters), metricsOfOurs);

export interface Compared {
  resource: string;
  deployed: { detail: string; meters: Meter[] };
  ideal: { detail: string; meters: Meter[] };
}

const nothing = { detail: 'none', meters: [] };

/** Two lists side by side; what only one has is none in the other. */
export function sideBySide(deployed: readonly CostItem[], ideal: readonly CostItem[]): Compared[] {
  const names = [...new Set([...deployed, ...ideal].map(({ resource }) => resource))];
  const find = (list: readonly CostItem[], name: string) => {
    const found = list.find(({ resource }) => resource === name);
    return found === undefined ? nothing : { detail: found.detail, meters: found.meters };
  };
  return names.map((resource) => ({ resource, deployed: find(deployed, resource), ideal: find(ideal, resource) }));
}

/** @param requests of the API a month, by which the ideal is sized */
export const compare = (parameters: Record<string, string>, requests: number): Compared[] =>
  sideBySide(itemsOf(parameters), itemsOf(idealParameters(parameters, requests)));

/** The same for every number of requests: the ideal of each band. */
export const compareAll = (parameters: Record<string, string>): { upTo: number; items: Compared[] }[] =>
  bands.map(({ upTo }) => ({ upTo, items: compare(parameters, Number.isFinite(upTo) ? upTo : 1e9) }));

export const totals = (items: readonly Compared[], requests: number): { deployed: number; ideal: number } => ({
  deployed: items.reduce((sum, { deployed }) => sum + monthlyUsd(deployed.meters, requests), 0),
  ideal: items.reduce((sum, { ideal }) => sum + monthlyUsd(ideal.meters, requests), 0),
});

export const reasonOf = (requests: number): string => bandOf(requests).why;
