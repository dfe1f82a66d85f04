/** A template with its parameters put in, as CloudFormation would make its resources. */
import { condition, evaluate, type Scope, type Tree } from '#local/template-values.ts';
import type { CloudFormation } from './transform.ts';

export interface Evaluated {
  Type: string;
  Properties: Tree;
}

interface Declared {
  Type?: string;
  Default?: unknown;
}

interface Rule {
  RuleCondition?: unknown;
  Assertions: { Assert: unknown; AssertDescription: string }[];
}

type Template = Omit<CloudFormation, 'Parameters' | 'Conditions'> & { Parameters?: Tree; Conditions?: Tree; Rules?: Record<string, Rule> };

export function scopeOf({ Parameters = {}, Mappings = {}, Conditions = {}, Resources }: Template, given: Record<string, string>): Scope {
  const parameters = Object.entries(Parameters as Record<string, Declared>).map(([name, { Type, Default }]) => {
    const value = given[name] ?? Default;
    if (value === undefined)
      throw new Error(`parameter ${name} has neither a default nor a value in scripts/templates-check/combinations.ts`);
    return [name, Type === 'CommaDelimitedList' || Type?.startsWith('List<') ? String(value).split(',') : String(value)];
  });
  return { parameters: Object.fromEntries(parameters), mappings: Mappings, conditions: Conditions, resources: Resources, secrets: {} };
}

/** References to secrets stay as texts: the braces that make them are taken off. */
const withoutSecrets = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('{{resolve:', '{{'));

/** The resources that there will be, by logical id. */
export function evaluateResources(template: Template, given: Record<string, string>): Record<string, Evaluated> {
  const plain = withoutSecrets(template);
  const scope = scopeOf(plain, given);
  return Object.fromEntries(
    Object.entries(plain.Resources)
      .filter(([id, { Condition }]) => Condition === undefined || condition(Condition, scope, id))
      .map(([id, { Type, Properties = {} }]) => [id, { Type, Properties: evaluate(Properties, scope, id) as Tree }]),
  );
}

/** What the template's rules say against these parameters. */
export function brokenRules(template: Template, given: Record<string, string>): string[] {
  const scope = scopeOf(template, given);
  return Object.entries(template.Rules ?? {})
    .filter(([name, { RuleCondition = true }]) => evaluate(RuleCondition, scope, name) === true)
    .flatMap(([name, { Assertions }]) => Assertions.filter(({ Assert }) => evaluate(Assert, scope, name) !== true))
    .map(({ AssertDescription }) => AssertDescription);
}
