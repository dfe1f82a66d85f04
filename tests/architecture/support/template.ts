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

interface Rule {
  RuleCondition?: unknown;
  Assertions: { Assert: unknown; AssertDescription: string }[];
}

interface Template {
  Parameters: Record<string, { Default?: string; AllowedPattern?: string }>;
  Rules: Record<string, Rule>;
  Conditions: Tree;
  Globals: { Function: Tree & { Environment: { Variables: Tree } } };
  Resources: Record<string, Resource>;
}

/** template.yaml as it is written, with the short tags in their long form. */
export const template = parseTemplate(read('template.yaml')) as Template;

/** The functions by logical id. */
export const templateFunctions: Record<string, Resource> = Object.fromEntries(
  Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::Serverless::Function'),
);

export const propertiesOf = (id: string): Tree => template.Resources[id]?.Properties ?? {};

/** The variables that a function has besides those of all functions. */
export const ownVariables = (id: string): Tree => (propertiesOf(id).Environment as { Variables?: Tree } | undefined)?.Variables ?? {};

/** The parameters that go with a stage. */
export const parametersOf = (stage: string): Record<string, string> => ({
  Stage: stage,
  NameSuffix: stage === 'prod' ? '' : `-${stage}`,
});

/** What a value of the template is with these parameters; the others have their defaults. */
export function valueWith(parameters: Record<string, string>, value: unknown): unknown {
  const defaults = Object.entries(template.Parameters).map(([name, { Default = '' }]) => [name, Default] as const);
  const scope: Scope = {
    parameters: { ...Object.fromEntries(defaults), ...parameters },
    mappings: {},
    conditions: template.Conditions,
    resources: template.Resources,
    secrets: {},
  };
  return evaluate(value, scope, 'template.yaml');
}

/** What a value of the template is in a stage. */
export const valueIn = (stage: string, value: unknown): unknown => valueWith(parametersOf(stage), value);

/** What the template's rules say against a deploy with these parameters. */
export const brokenRules = (parameters: Record<string, string>): string[] =>
  Object.values(template.Rules)
    .filter(({ RuleCondition }) => RuleCondition === undefined || valueWith(parameters, RuleCondition) === true)
    .flatMap(({ Assertions }) => Assertions)
    .filter(({ Assert }) => valueWith(parameters, Assert) !== true)
    .map(({ AssertDescription }) => AssertDescription);

/** The logical id behind `!Ref X`, if that is what a value is. */
export const refOf = (value: unknown): string | undefined => (value as { Ref?: string } | undefined)?.Ref;

/** The logical id behind `!GetAtt X.Arn`, if that is what a value is. */
export function arnOf(value: unknown): string | undefined {
  const [id, attribute] = (value as { 'Fn::GetAtt'?: string[] } | undefined)?.['Fn::GetAtt'] ?? [];
  return attribute === 'Arn' ? id : undefined;
}

export interface TemplateEvent {
  Type: string;
  Properties?: Tree;
}

export const eventsOf = ({ Properties = {} }: Resource): TemplateEvent[] =>
  Object.values((Properties.Events ?? {}) as Record<string, TemplateEvent>);

/**
 * What starts a function, as its file's first line names it: `POST /api/orders`, `$default`, `rate(1 minute)`,
 * `queue NotifyPeopleQueue`, `stream OrderEvents`. One that another function invokes has none.
 */
export function triggersOf(resource: Resource): string[] {
  return eventsOf(resource).map(({ Type, Properties = {} }) => {
    if (Type === 'HttpApi') return Properties.Path === undefined ? '$default' : `${Properties.Method} ${Properties.Path}`;
    if (Type === 'SQS') return `queue ${arnOf(Properties.Queue)}`;
    if (Type === 'Kinesis') return `stream ${arnOf(Properties.Stream)}`;
    if (Type === 'ScheduleV2') return String(Properties.ScheduleExpression);
    throw new Error(`tests/architecture/support/template.ts does not know yet how a first line names a trigger of type ${Type}`);
  });
}
