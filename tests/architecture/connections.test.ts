import { describe, expect, test } from 'vitest';
import { parseTemplate } from '#local/template-yaml.ts';
import { budgetOf, helpers, keptForControl, keptForHelpers } from '../../scripts/connections/budget.ts';
import { read } from './support/sources.ts';
import { tableRows } from './support/tables.ts';
import { eventsOf, propertiesOf, template, templateFunctions, valueIn } from './support/template.ts';

const data = parseTemplate(read('infra/data.yaml')) as {
  Parameters: Record<string, { Default: number }>;
  Resources: Record<string, { Properties: Record<string, unknown> }>;
  Mappings: { Sizes: Record<string, { postgres: string; aurora: string }> };
};
const percent = Number(data.Parameters.ProxyConnectionsPercent?.Default);
const classes = [...new Set(Object.values(data.Mappings.Sizes).flatMap(({ postgres, aurora }) => [postgres, aurora]))].sort();

const roleOf = (id: string) => propertiesOf((propertiesOf(id).Role as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt']?.[0] ?? '');
/** Functions that sign in as kelvo_app, by what starts them. */
const signingIn = Object.keys(templateFunctions).filter((id) =>
  JSON.stringify(roleOf(id).ManagedPolicyArns ?? []).includes('"ConnectDatabase"'),
);
/** Functions that have a second connection, to the read replica. */
const readingReplica = Object.keys(templateFunctions).filter((id) =>
  JSON.stringify(roleOf(id).ManagedPolicyArns ?? []).includes('"ConnectReplica"'),
);
/** Functions that sign in to the database itself, as its admin. */
const administering = Object.keys(templateFunctions).filter((id) => JSON.stringify(propertiesOf(id)).includes('DATABASE_ADMIN_SECRET_ARN'));
const events = signingIn.flatMap((id) => eventsOf({ Type: '', Properties: propertiesOf(id) }).map((event) => ({ id, ...event })));
const consumers = events.filter(({ Type }) => Type === 'SQS');
const mostOf = (properties: unknown): unknown =>
  (properties as { ScalingConfig?: { MaximumConcurrency?: number } }).ScalingConfig?.MaximumConcurrency;
const background = {
  consumers: consumers.map(({ Properties }) => Number(mostOf(Properties))),
  schedules: events.filter(({ Type }) => Type === 'ScheduleV2').length,
  shards: events.filter(({ Type }) => Type === 'Kinesis').length,
};

describe('a stage never opens more connections than its database takes', () => {
  test('for each consumer of a queue says how many of it may run at a time', () => {
    expect(consumers.length).toBeGreaterThan(3);
    expect(consumers.filter(({ Properties }) => !(Number(mostOf(Properties)) >= 2)).map(({ id }) => id)).toEqual([]);
  });

  test('for a process has one connection', () => {
    expect(valueIn('dev', template.Globals.Function.Environment.Variables.DATABASE_POOL_MAX)).toBe('1');
  });

  test.each(classes)('with %s: by itself or by the proxy, the functions leave those that help their share', (databaseClass) => {
    const { maxConnections, functions, proxy } = budgetOf(databaseClass, percent, background);
    expect(functions).toBeLessThanOrEqual(maxConnections - keptForHelpers);
    // A proxy that takes more than the role may have would be refused in the middle of a rush.
    expect(proxy).toBeLessThanOrEqual(functions - keptForControl);
  });

  test.each(classes)('with %s: whatever happens after the order leaves requests most of what there is', (databaseClass) => {
    const { functions, requests, proxy, requestsByProxy } = budgetOf(databaseClass, percent, background);
    expect(requests).toBeGreaterThanOrEqual(functions * 0.3);
    expect(requestsByProxy).toBeGreaterThanOrEqual(proxy * 0.25);
  });

  test('those that have a second connection, to the replica, answer requests: the replica has no background, and its limit is all theirs', () => {
    expect(readingReplica.length).toBeGreaterThan(0);
    expect(readingReplica.filter((id) => !signingIn.includes(id))).toEqual([]);
    expect(events.filter(({ id, Type }) => readingReplica.includes(id) && Type !== 'HttpApi').map(({ id }) => id)).toEqual([]);
    const of = (id: string, property: string) => data.Resources[id]?.Properties[property];
    // One class and one parameter group: one max_connections.
    for (const property of ['DBInstanceClass', 'DBParameterGroupName']) expect(of('Replica', property)).toEqual(of('Database', property));
    expect(of('Reader', 'DBInstanceClass')).toEqual(of('Writer', 'DBInstanceClass'));
  });

  test('those that sign in as admin are the two that helpers count, and one of theirs is one connection', () => {
    expect(administering.toSorted()).toEqual(['OpsMigrate', 'OpsRunTask']);
    expect(read('functions/ops/lib/connect-as-admin.pg.ts')).not.toContain('pg.Pool');
    expect(helpers.migrations + helpers.tasks).toBe(3);
  });

  test('and the page has these numbers', () => {
    const rows = classes.map((databaseClass) => {
      const budget = budgetOf(databaseClass, percent, background);
      const { maxConnections, functions, proxy, background: others, requests, requestsByProxy, replica } = budget;
      return [`\`${databaseClass}\``, maxConnections, functions, proxy, others, requests, requestsByProxy, replica].map(String);
    });
    const section = read('docs/connections.md').split('## The arithmetic')[1]?.split('\n## ')[0] ?? '';
    expect(tableRows(section)).toEqual(rows.map(([name = '', ...rest]) => [name.replaceAll('`', ''), ...rest]));
  });

  test('and db/roles/connections.sql keeps as many for those that help', () => {
    expect(read('db/roles/connections.sql')).toContain(`kept constant int := ${keptForHelpers};`);
    expect(read('db/roles/connections.sql')).toContain(`control constant int := ${keptForControl};`);
    expect(read('docs/connections.md')).toContain(`allows faults keeps ${keptForControl} more`);
    expect(read('db/roles/datadog.sql')).toContain(`connection limit ${helpers.agent}`);
  });
});
