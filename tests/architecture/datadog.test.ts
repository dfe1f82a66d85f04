import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inCloudWatch } from '#platform/telemetry/metrics.ts';
import { metricNames, metricsIn } from '../../scripts/datadog/metric-names.ts';
import { sites } from '../../scripts/datadog/sites.ts';
import { datadogFile, kinds, unknownTo } from '../../scripts/datadog/write.ts';
import { productionSources, read, root } from './support/sources.ts';
import { propertiesOf, template, templateFunctions, valueIn } from './support/template.ts';

type Kind = keyof typeof kinds;
type Body = Record<string, unknown>;
const bodies = (kind: Kind) => Object.entries(JSON.parse(datadogFile(kind)) as Record<string, Body>);
const everything = (Object.keys(kinds) as Kind[]).flatMap((kind) => bodies(kind).map(([asset, body]) => ({ kind, asset, body })));

/** The names by which functions measure. */
const measured = new Set([
  ...productionSources().flatMap((file) => [...read(file).matchAll(/\bmeasure\(\s*'(\w+)'/g)].map(([, name]) => name as string)),
  ...Object.keys(inCloudWatch),
]);
const known = new Set(Object.values(metricNames).flat());
const unknownMetrics = (query: string) =>
  metricsIn(query).filter((name) => !known.has(name) && !measured.has(name.replace(/^kelvo\./, '')));

/** Every query in a body, of whatever kind it is. */
function queriesIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && ['query', 'numerator', 'denominator'].includes(key) ? [inner] : queriesIn(inner),
  );
}

describe('what Datadog is given', () => {
  test.each(everything)('$kind/$asset is of its own published types', ({ kind, body }) => {
    expect(unknownTo(kind, body)).toEqual([]);
  });

  test('and a member or a value that these do not know is found', () => {
    const [first] = bodies('monitors');
    const monitor = first?.[1] ?? {};
    expect(unknownTo('monitors', { ...monitor, type: 'metric alarm' })).not.toEqual([]);
    expect(unknownTo('monitors', { ...monitor, descripton: 'x' })).not.toEqual([]);
    expect(unknownTo('monitors', { ...monitor, options: { thresholds: { crit: 1 } } })).not.toEqual([]);
  });

  test.each(everything)('$kind/$asset asks for metrics that there are', ({ body }) => {
    const queries = queriesIn(body);
    expect(queries.flatMap(unknownMetrics)).toEqual([]);
    expect(queries.length).toBeGreaterThan(0);
    const asked = queries.flatMap(metricsIn);
    expect(asked.length > 0 || queries.every((query) => query.startsWith('burn_rate('))).toBe(true);
  });

  test('and one that there is not is found', () => {
    expect(unknownMetrics('avg:aws.apigateway.5xxerror{*}')).toEqual(['aws.apigateway.5xxerror']);
    expect(unknownMetrics('sum:kelvo.order_placed{*}.as_count()')).toEqual(['kelvo.order_placed']);
  });

  test('every name of a metric from elsewhere is used', () => {
    const used = new Set(everything.flatMap(({ body }) => queriesIn(body).flatMap(metricsIn)));
    expect([...known].filter((name) => !used.has(name))).toEqual([]);
  });

  test('every query names the stage, or a function of it', () => {
    const loose = everything.flatMap(({ asset, body }) =>
      queriesIn(body)
        .filter((query) => !/<stage>|<suffix>|<slo:/.test(query))
        .map((query) => `${asset}: ${query}`),
    );
    expect(loose).toEqual([]);
  });

  test('every function that a query names is in template.yaml', () => {
    const functions = new Set(Object.keys(templateFunctions).map((id) => String(valueIn('prod', propertiesOf(id).FunctionName))));
    const named = everything
      .flatMap(({ body }) => queriesIn(body))
      .flatMap((query) => [...query.matchAll(/functionname:([\w-]+)<suffix>/g)].map(([, name]) => name ?? ''));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !functions.has(name))).toEqual([]);
  });

  test.each(bodies('monitors'))('the monitor %s has the threshold of its query, its tags, and a runbook that is there', (asset, body) => {
    const { query, message, options, tags } = body as {
      query: string;
      message: string;
      options: { thresholds: { critical: number } };
      tags: string[];
    };
    expect(Number(/[<>]=? (\S+)$/.exec(query)?.[1])).toBe(options.thresholds.critical);
    expect(tags).toEqual(['managed-by:kelvo', 'application:kelvo', 'stage:<stage>', `asset:${asset}`]);
    const [, runbook = ''] = /Runbook: (\S+) <notify>$/.exec(message) ?? [];
    expect([asset, existsSync(join(root, runbook))]).toEqual([asset, true]);
  });

  test('any site that functions may send to can be applied to', () => {
    expect(sites).toEqual((template.Parameters.DatadogSite as { AllowedValues?: string[] }).AllowedValues);
  });

  test('each SLO that a monitor or a dashboard names is there, and each name stands once', () => {
    const named = everything.flatMap(({ body }) => [...JSON.stringify(body).matchAll(/<slo:([\w-]+)>/g)].map(([, name]) => name ?? ''));
    const slos = bodies('slos').map(([asset]) => asset);
    expect(named.filter((name) => !slos.includes(name))).toEqual([]);
    for (const { described } of Object.values(kinds)) {
      const assets = described.map(({ asset }) => asset);
      expect(new Set<string>(assets).size).toBe(assets.length);
    }
  });
});
