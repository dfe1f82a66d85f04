import { basename } from 'node:path';
import type { Alarm, AlarmMetric } from '../alarms/alarm.ts';
import { costOf } from '../alarms/cost.ts';
import { watchOf } from '../alarms/observability.ts';
import { table, withGeneratedPart } from './generated-part.ts';

// A stage that has everything, under names that say what they stand for.
const whole = {
  Stage: 'prod',
  NameSuffix: '',
  ApiId: 'the API',
  DatabaseIdentifier: 'the database',
  DatabaseReadEndpoint: 'the replica.',
  ProxyName: 'the proxy',
  CacheClusterName: 'the cache',
  DistributionId: 'the distribution',
  WebAclName: 'the web ACL',
  OpenSearchDomain: 'the domain',
};

const short = (name: string) => name.replace('kelvo-prod-', '');
const duration = (seconds: number) => (seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds / 60} min`);
const signs = { GreaterThanThreshold: '>', GreaterThanOrEqualToThreshold: '≥', LessThanThreshold: '<', LessThanOrEqualToThreshold: '≤' };
const metricText = ({ namespace, name, statistic }: AlarmMetric) => `${statistic} of ${namespace} ${name}`;

function conditionOf({ expression, metrics, operator, threshold, period, evaluationPeriods: n, datapointsToAlarm: m }: Alarm): string {
  const value = expression === undefined ? metrics.map(metricText).join() : expression;
  const names = expression === undefined ? '' : `; ${metrics.map((metric) => `\`${metric.id}\` is the ${metricText(metric)}`).join(', ')}`;
  return `\`${value} ${signs[operator]} ${threshold}\` in ${m} of ${n} × ${duration(period)}${names}`;
}

/** What is said before the runbook, and the runbook as a link. */
function partsOf(description: string): [why: string, runbook: string] {
  const [why = '', path = ''] = description.split(' Runbook: ');
  return [why.trim(), `[${basename(path, '.md')}](${path.replace('docs/', '')})`];
}

/** docs/observability.md with every alarm as infra/observability.yaml has it now. */
export function observabilityPage(page: string): string {
  const all = watchOf(whole);
  const few = watchOf({ ...whole, Alarms: 'few', OpenSearchDomain: 'none' });
  const always = new Set(few.alarms.map(({ name }) => name));
  const rows = all.alarms.map((alarm) => [
    `\`${short(alarm.name)}\`${always.has(alarm.name) ? ' ●' : ''}`,
    ...partsOf(alarm.description).slice(0, 1),
    conditionOf(alarm),
    alarm.missing,
    alarm.actions.length > 0 ? 'yes' : 'no',
    (costOf({ alarms: [alarm], composites: [] }).cents / 100).toFixed(2),
    partsOf(alarm.description)[1],
  ]);
  const composites = all.composites.map(({ name, description, rule }) => [
    `\`${short(name)}\``,
    partsOf(description)[0],
    `\`${rule.replaceAll('kelvo-prod-', '')}\``,
    'no such thing',
    'yes, and when it is over',
    '0.50',
    partsOf(description)[1],
  ]);
  const sum = (watch: Parameters<typeof costOf>[0]) => {
    const { metrics, composites: count, cents } = costOf(watch);
    return `${watch.alarms.length} alarms of ${metrics} metrics, ${count} composite: ${(cents / 100).toFixed(2)} USD a month`;
  };
  const totals = [
    `- \`Alarms=all\` with proxy, replica, cache and OpenSearch: ${sum(all)}.`,
    `- \`Alarms=all\` with proxy and cache, \`FunctionAlarms=false\`: ${sum(watchOf({ ...whole, DatabaseReadEndpoint: '', OpenSearchDomain: 'none', FunctionAlarms: 'false' }))}.`,
    `- \`Alarms=few\`: ${sum(few)}.`,
  ];
  const heads = ['Alarm', 'What and why', 'Fires when', 'No value is', 'Tells', 'USD', 'Runbook'];
  return withGeneratedPart(page, `${table(heads, [...composites, ...rows])}\n\n● also with \`Alarms=few\`.\n\n${totals.join('\n')}`);
}
