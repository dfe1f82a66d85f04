import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Family, families } from '#local/metrics/families.ts';
import { namesIn, queriesOf } from '../../scripts/metrics-check/dashboards.ts';

const folder = join(import.meta.dirname, '../../docs/grafana');
const telemetry = readFileSync(join(folder, '../telemetry.md'), 'utf8').split('\n');
const suffixes: Record<Family['type'], string[]> = {
  counter: ['_total'],
  gauge: [''],
  info: ['_info'],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};
/** What samples are named, and the labels that they have. */
const known = new Map(
  Object.entries<Family>(families).flatMap(([name, { type, labels }]) =>
    suffixes[type].map((suffix): [string, string[]] => [
      name + suffix,
      [...labels, ...(suffix === '_bucket' ? ['le'] : []), ...(type === 'summary' ? ['quantile'] : [])],
    ]),
  ),
);

/** What an expression names that /_local/metrics does not have. */
const wrongIn = (expr: string): string[] =>
  namesIn(expr).flatMap(({ metric, labels }) => {
    const has = known.get(metric);
    return has === undefined ? [metric] : labels.filter((label) => !has.includes(label)).map((label) => `${metric}{${label}}`);
  });

describe('the Grafana dashboards', () => {
  it.each(queriesOf(folder))('ask for nothing that /_local/metrics has not: $dashboard, $panel, $expr', ({ expr }) => {
    expect(namesIn(expr).length).toBeGreaterThan(0);
    expect(wrongIn(expr)).toEqual([]);
  });

  it('show every metric but those that tell of metrics and of what runs', () => {
    const asked = new Set(queriesOf(folder).flatMap(({ expr }) => namesIn(expr).map(({ metric }) => metric)));
    const missing = Object.entries<Family>(families).filter(
      ([name, { type }]) => !suffixes[type].some((suffix) => asked.has(name + suffix)),
    );
    expect(missing.map(([name]) => name)).toEqual(['kelvo_metric_samples_dropped', 'kelvo_build', 'process_start_time_seconds']);
  });

  it('would be refused with a metric or a label that is not there', () => {
    expect(wrongIn('sum by (route) (rate(kelvo_requests_total[5m]))')).toEqual(['kelvo_requests_total']);
    expect(wrongIn('rate(kelvo_http_requests_total{code=~"5.."}[$__rate_interval])')).toEqual(['kelvo_http_requests_total{code}']);
    expect(wrongIn('sum by (path, le) (kelvo_http_request_duration_seconds_bucket)')).toEqual([
      'kelvo_http_request_duration_seconds_bucket{path}',
    ]);
    expect(wrongIn('histogram_quantile(0.95, kelvo_http_requests)')).toEqual(['kelvo_http_requests']);
  });

  it.each(readdirSync(folder))('%s has panels with ids of their own and the data source that is chosen', (file) => {
    const { panels } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      panels: { id: number; type: string; title: string; datasource?: { uid: string } }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { type, title, datasource } of panels) {
      expect(title).not.toBe('');
      if (type !== 'row') expect(datasource?.uid).toMatch(/^\$\{datasource\}$/);
    }
  });
});

it.each(Object.entries<Family>(families))('%s stands in docs/telemetry.md with its labels', (name, { type, labels }) => {
  const line = telemetry.find((each) =>
    each.startsWith(`| \`${name}${type === 'counter' || type === 'info' ? suffixes[type][0] : ''}\`, ${type} |`),
  );
  expect(line).toContain(labels.map((label) => `\`${label}\``).join(', '));
});
