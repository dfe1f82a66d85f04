/** What a deploy will do, in lines for people. */
import type { Change } from '@aws-sdk/client-cloudformation';
import type { CostItem } from '../finops/monthly-cost.ts';

export interface StackPlan {
  name: string;
  about: string;
  kind: 'create' | 'update' | 'none';
  /** What is done about its state first. */
  remedy?: string | undefined;
  /** `template`, names of parameters, `tags`. */
  differs: readonly string[];
  changes: readonly Change[];
  /** For one that is created. */
  resources: number;
}

const counted = (n: number, what: string) => (n === 0 ? [] : [`${n} ${what}`]);
/** Names, cut short where they are many. */
export const some = (names: readonly string[], most = 6): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

interface Sorted {
  added: string[];
  changed: string[];
  replaced: string[];
  removed: string[];
}

/** A change set's resources by what happens to them. A replaced one is made anew, and what it holds is not moved over. */
export function sortChanges(changes: readonly Change[]): Sorted {
  const sorted: Sorted = { added: [], changed: [], replaced: [], removed: [] };
  for (const { ResourceChange: change } of changes) {
    const id = change?.LogicalResourceId ?? '';
    if (change?.Action === 'Add' || change?.Action === 'Import') sorted.added.push(id);
    else if (change?.Action === 'Remove') sorted.removed.push(id);
    else if (change?.Replacement === 'True') sorted.replaced.push(id);
    else sorted.changed.push(id);
  }
  return sorted;
}

function changesText({ changes, differs }: StackPlan): string {
  if (changes.length === 0) return `changes ${some(differs)}`;
  const { added, changed, replaced, removed } = sortChanges(changes);
  return [
    ...counted(added.length, 'to add'),
    ...counted(changed.length, 'to change'),
    ...(replaced.length > 0 ? [`${replaced.length} to REPLACE (${some(replaced)})`] : []),
    ...(removed.length > 0 ? [`${removed.length} to REMOVE (${some(removed)})`] : []),
  ].join(', ');
}

/** One line a stack. */
export function planLines(plans: readonly StackPlan[]): string[] {
  const width = Math.max(...plans.map(({ name }) => name.length));
  return plans.map((plan) => {
    const { name, about, kind, remedy, resources } = plan;
    const what =
      kind === 'create'
        ? `is created: ${about}, ${resources} resources in its template`
        : kind === 'none'
          ? 'no changes'
          : changesText(plan);
    return `  ${name.padEnd(width)}  ${remedy === undefined ? '' : `${remedy}; `}${what}`;
  });
}

export function costLines(items: readonly CostItem[]): string[] {
  const total = items.reduce((sum, { monthly }) => sum + monthly, 0);
  const usd = (amount: number) => amount.toFixed(2).padStart(8);
  return [
    `Without traffic it costs about ${total.toFixed(2)} USD a month (list prices of us-east-1):`,
    ...items.map(({ item, monthly }) => `${usd(monthly)}  ${item}`),
  ];
}

/** Where to go on from: the shop, the API's page, and the dashboards where there are any. */
export function addressLines({ url, region, dashboards }: { url: string; region: string; dashboards: readonly string[] }): string[] {
  const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard`;
  return [`  shop       ${url}`, `  API        ${url}/docs`, ...dashboards.map((name) => `  dashboard  ${console}/${name}`)];
}
