/** The Grafana dashboards of docs/grafana, as far as their queries go. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Query {
  dashboard: string;
  panel: string;
  expr: string;
}

interface Panel {
  title: string;
  targets?: { expr: string }[];
}

/** Every expression, those of annotations included. @param folder of the dashboards */
export function queriesOf(folder: string): Query[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((dashboard) => {
      const { panels, annotations } = JSON.parse(readFileSync(join(folder, dashboard), 'utf8')) as {
        panels: Panel[];
        annotations: { list: { name: string; expr: string }[] };
      };
      return [
        ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ dashboard, panel: title, expr }))),
        ...annotations.list.map(({ name, expr }) => ({ dashboard, panel: name, expr })),
      ];
    });
}

/** As Grafana sends it: its variables filled in. */
export const filledIn = (expr: string, rateInterval: string): string => expr.replaceAll('$__rate_interval', rateInterval);

/** Words of PromQL that are no metric and no label. */
const words = new Set(
  'sum rate max min count avg by without or and unless on ignoring histogram_quantile vector group_left group_right offset bool'.split(' '),
);

/** The metrics that an expression reads, each with the labels that it names: in its own braces, and in the `by (…)` of the whole expression. */
export function namesIn(expr: string): { metric: string; labels: string[] }[] {
  const bare = expr.replace(/"[^"]*"/g, '""').replace(/\[[^\]]*\]/g, '');
  const grouped = [...bare.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  );
  const rest = bare.replace(/\b(?:by|without)\s*\([^)]*\)/g, '');
  return [...rest.matchAll(/\b([a-z_][a-z0-9_]*)\b(?:\{([^}]*)\})?(?!\s*=)/g)].flatMap(([, metric = '', matchers = '']) => {
    if (words.has(metric)) return [];
    const own = [...matchers.matchAll(/([a-z_]+)\s*(?:=|!)/g)].map(([, label = '']) => label);
    return [{ metric, labels: [...own, ...grouped] }];
  });
}
