import { monthlyUsd } from '#functions/ops/lib/monthly-usd.ts';
import { type Stage, stages } from '../command-line.ts';
import { partsHere } from '../deploy/stacks.ts';
import { readStageFile } from '../deploy/stage-file.ts';
import { readTemplate } from '../deploy/template-file.ts';
import { assumptions } from '../finops/assumptions.ts';
import { compare, itemsOf, reasonOf, totals } from '../finops/compare.ts';
import { monthlyCost } from '../finops/monthly-cost.ts';
import { asOf, prices } from '../finops/prices.ts';
import { comparisonRows, usd } from '../finops/report.ts';
import { shortCount } from '../finops/request-count.ts';
import { table, withGeneratedPart } from './generated-part.ts';

const levels = [10_000, 1_000_000, 100_000_000];
const markdown = ([heads = [], ...rows]: string[][]) => table(heads, rows);
const floorOf = (parameters: Record<string, string>) => monthlyCost(parameters).reduce((sum, { monthly }) => sum + monthly, 0);

/** What dev does without, and what more it could do without: `set` instead of `now`. */
const spared: { what: string; now: Record<string, string>; set: Record<string, string>; loses: string }[] = [
  { what: 'WAF', now: { Waf: 'true' }, set: { Waf: 'false' }, loses: 'managed rules and the edge’s own limits; the app’s limits hold' },
  { what: 'most alarms', now: { Alarms: 'all' }, set: { Alarms: 'few' }, loses: 'nobody is on call for dev' },
  { what: 'daily backups', now: { DailyBackups: 'true' }, set: { DailyBackups: 'false' }, loses: 'RDS’s own of seven days stay' },
  {
    what: 'Datadog, and the NAT with it',
    now: {},
    set: { Egress: 'ipv6', Instrumentation: 'none' },
    loses: 'traces; Stripe; mail by SMTP',
  },
  { what: 'RDS Proxy', now: {}, set: { DatabaseProxy: 'false' }, loses: 'how it is in prod; functions sign in to PostgreSQL itself' },
];

function sparedTable(dev: Record<string, string>): string {
  const rows = spared.map(({ what, now, set, loses }) => {
    const values = Object.entries(set).map(([name, value]) => `\`${name}: ${value}\``);
    const isSet = Object.entries(set).every(([name, value]) => dev[name] === value);
    return [what, values.join(', '), usd(floorOf({ ...dev, ...now }) - floorOf({ ...dev, ...set })), isSet ? 'yes' : 'no', loses];
  });
  return table(['Spared', 'By', 'USD', 'in config/dev.yaml', 'What is lost'], rows);
}

function floors(dev: Record<string, string>): string {
  const withoutDatadog = { ...dev, Egress: 'ipv6', Instrumentation: 'none' };
  const rows = [
    ['RDS Proxy, remote instrumentation, NAT instance (as configured)', usd(floorOf(dev)), '70'],
    ['RDS Proxy, no Datadog, `ipv6`', usd(floorOf(withoutDatadog)), '66'],
    ['no RDS Proxy, no Datadog, `ipv6`', usd(floorOf({ ...withoutDatadog, DatabaseProxy: 'false' })), '40'],
  ];
  return table(['dev, nobody calls', 'USD', 'at most'], rows);
}

/** What is there at no traffic, item by item. */
const floorTable = (parameters: Record<string, string>) =>
  table(
    ['Item', 'USD'],
    [...monthlyCost(parameters).map(({ item, monthly }) => [item, usd(monthly)]), ['**Sum**', usd(floorOf(parameters))]],
  );

function stagesTable(of: (stage: Stage) => Record<string, string>): string {
  const rows = stages.map((stage) => {
    const items = itemsOf(of(stage));
    return [stage, ...[0, ...levels].map((n) => usd(items.reduce((sum, { meters }) => sum + monthlyUsd(meters, n), 0)))];
  });
  return table(['As configured', 'idle', ...levels.map(shortCount)], rows);
}

const priceTable = () =>
  table(
    ['Price', 'USD', 'for', 'Source', 'of', 'read'],
    Object.entries(prices).map(([name, { usd: amount, unit, source, date, read }]) => [
      name,
      String(amount),
      unit,
      source,
      date,
      { copy: 'second-hand', memory: 'from memory', derived: 'derived' }[read],
    ]),
  );

const assumptionTable = () =>
  table(
    ['Assumed', 'is', 'because'],
    Object.entries(assumptions).map(([name, { value, why }]) => [`\`${name}\``, String(value), why]),
  );

/** docs/finops.md with its tables as templates, configuration and prices are now. */
export function finopsPage(page: string): string {
  const templates = partsHere().map(({ template }) => readTemplate(template));
  const of = (stage: Stage): Record<string, string> => ({ ...readStageFile(stage, templates).parameters, Stage: stage });
  const dev = of('dev');
  const oversized = { ...dev, Sizing: 'oversized' };
  const compared = levels.map((n) => {
    const items = compare(oversized, n);
    const { deployed, ideal } = totals(items, n);
    return `### ${shortCount(n)} requests a month: ${usd(deployed)}, right-sized ${usd(ideal)}\n\nIdeal: ${reasonOf(n)}.\n\n${markdown(comparisonRows(items, n))}`;
  });
  const text = [
    `Prices of ${asOf}, us-east-1, USD a month.`,
    '## The floor of dev',
    floors(dev),
    floorTable(dev),
    '## What is spared in dev',
    sparedTable(dev),
    '## Each stage',
    stagesTable(of),
    '## dev, oversized on purpose',
    'What `npm run finops -- --set Sizing=oversized` prints: the demonstration of right-sizing.',
    ...compared,
    '## Prices',
    priceTable(),
    '## What is assumed of a request',
    assumptionTable(),
  ];
  return withGeneratedPart(page, text.join('\n\n'));
}
