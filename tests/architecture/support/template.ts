import { join } from 'node:path';
import { evaluate, type Scope, type Tree } from '#local/template-values.ts';
import { parseTemplate } from '#local/template-yaml.ts';
import { read, root } from './sources.ts';

export const templateFile = join(root, 'template.yaml');

export interface Resource {
  Type: string;
  Properties?: Tree;
  Metadata?: Tree;
}

interface Template {
  Parameters: Record<string, { Default?: string }>;
  Conditions: Tree;
  Rules: Record<string, { RuleCondition: unknown; Assertions: { Assert: unknown }[] }>;
  Globals: { Function: Tree & { Environment: { Variables: Tree } } };
  Resources: Record<string, Resource>;
}

/** template.yaml as it is written, with the short tags in their long form. */
export const template = parseTemplate(read('template.yaml')) as Template;

/** The functions by logical id. */
export const templateFunctions: Record<string, Resource> = Object.fromEntries(
  Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::Serverless::Function'),
);

/** What a value of the template is in a stage. */
export function valueIn(stage: string, value: unknown): unknown {
  const parameters = Object.entries(template.Parameters).map(([name, { Default = '' }]) => [name, Default] as const);
  const scope: Scope = {
    parameters: { ...Object.fromEntries(parameters), Stage: stage },
    mappings: {},
    conditions: template.Conditions,
    resources: template.Resources,
    secrets: {},
  };
  return evaluate(value, scope, 'template.yaml');
}

/** The logical id behind `!Ref X`, if that is what a value is. */
export const refOf = (value: unknown): string | undefined => (value as { Ref?: string } | undefined)?.Ref;

/** What starts a function, as its file's first line names it: `POST /api/orders`, `$default`, `rate(1 minute)`. */
export function triggersOf(resource: Resource): string[] {
  const events = Object.values(
    (resource.Properties?.Events ?? {}) as Record<string, { Type: string; Properties?: Record<string, string> }>,
  );
  return events.map(({ Type, Properties = {} }) => {
    if (Type === 'HttpApi') return Properties.Path === undefined ? '$default' : `${Properties.Method} ${Properties.Path}`;
    if (Type === 'ScheduleV2') return String(Properties.ScheduleExpression);
    throw new Error(`tests/architecture/support/template.ts does not know yet how a first line names a trigger of type ${Type}`);
  });
}
