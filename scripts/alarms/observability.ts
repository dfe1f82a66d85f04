import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { condition, evaluate, type Scope, type Tree } from '#local/template-values.ts';
import { parseTemplate } from '#local/template-yaml.ts';
import { root } from '../function-files.ts';
import { type Alarm, type AlarmProperties, alarmOf, type CompositeAlarm } from './alarm.ts';

interface Resource {
  Type: string;
  Condition?: string;
  Properties: Tree;
}
interface Template {
  Parameters: Record<string, { Default?: string | number }>;
  Conditions: Tree;
  Resources: Record<string, Resource>;
}

/** infra/observability.yaml as it is written. */
export const observability = parseTemplate(readFileSync(join(root, 'infra/observability.yaml'), 'utf8')) as Template;

/** A dashboard's body, read. */
export interface Dashboard {
  name: string;
  body: { widgets: { type: string; properties: Record<string, unknown> }[] };
}

export interface Watch {
  alarms: Alarm[];
  composites: CompositeAlarm[];
  dashboards: Dashboard[];
}

/**
 * What a stage has, by the template and its parameters; those that are not given have their defaults.
 * @throws Error where CloudWatch would refuse an alarm, or a dashboard is no JSON
 */
export function watchOf(parameters: Record<string, string>, template: Template = observability): Watch {
  const defaults = Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default] as const);
  const scope: Scope = {
    parameters: { ...Object.fromEntries(defaults), ...parameters },
    mappings: {},
    conditions: template.Conditions,
    resources: template.Resources,
    secrets: {},
  };
  const made = Object.entries(template.Resources)
    .filter(([id, { Condition }]) => Condition === undefined || condition(Condition, scope, id))
    .map(([id, { Type, Properties }]) => ({ type: Type, properties: evaluate(Properties, scope, id) as Tree }));
  const ofType = (type: string) => made.filter((one) => one.type === `AWS::CloudWatch::${type}`).map(({ properties }) => properties);
  return {
    alarms: ofType('Alarm').map((properties) => alarmOf(properties as Tree & AlarmProperties)),
    composites: ofType('CompositeAlarm').map(({ AlarmName, AlarmDescription, AlarmRule, AlarmActions }) => ({
      name: String(AlarmName),
      description: String(AlarmDescription),
      rule: String(AlarmRule),
      actions: (AlarmActions ?? []) as unknown[],
    })),
    dashboards: ofType('Dashboard').map(({ DashboardName, DashboardBody }) => ({
      name: String(DashboardName),
      body: JSON.parse(String(DashboardBody)) as Dashboard['body'],
    })),
  };
}
