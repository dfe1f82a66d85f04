/**
 * template.yaml as the local gateway needs it: the functions with their routes, schedules and variables, and what moves events
 * (template-events.ts). The template is the only list of these; nothing here names one.
 */
import { readFileSync } from 'node:fs';
import { readEvents, type TemplateEvents } from './template-events.ts';
import { condition, evaluate, type Scope, type Tree } from './template-values.ts';
import { parseTemplate } from './template-yaml.ts';

export interface LocalFunction {
  logicalId: string;
  /** The name in the cloud, by which logs and Datadog know it. */
  name: string;
  codeUri: string;
  handler: string;
  timeoutSeconds: number;
  /** MB */
  memory: number;
  environment: Record<string, string>;
  /** `path` is `$default` for the route that takes what no other does. */
  routes: { method: string; path: string }[];
  schedules: Schedule[];
}

export interface Schedule {
  name: string;
  /** As in the template: `rate(1 minute)`. */
  expression: string;
  /** The payload as the template gives it, if it does. */
  input?: string;
}

export interface LocalTemplate {
  functions: LocalFunction[];
  events: TemplateEvents;
}

export interface Given {
  /** Parameter values instead of the template's defaults. */
  parameters?: Record<string, string>;
  /** Variables that have a local value: what the template says of them is not evaluated. */
  variables?: Record<string, string>;
  secrets?: Record<string, string>;
}

/** Reads the template file. */
export const readTemplate = (file: string, given: Given = {}): LocalTemplate => evaluateTemplate(readFileSync(file, 'utf8'), given);

/** Evaluates a template's text. Throws on anything it does not understand, naming the place. */
export function evaluateTemplate(text: string, { parameters = {}, variables = {}, secrets = {} }: Given = {}): LocalTemplate {
  const template = parseTemplate(text) as Record<string, Tree | undefined>;
  const scope: Scope = {
    parameters: parameterValues(template.Parameters ?? {}, parameters),
    mappings: template.Mappings ?? {},
    conditions: template.Conditions ?? {},
    resources: template.Resources ?? {},
    secrets,
  };
  const globals = (template.Globals?.Function ?? {}) as Tree;
  const resources = Object.entries(scope.resources as Record<string, Tree>).filter(
    ([id, { Condition }]) => Condition === undefined || condition(String(Condition), scope, `Resources.${id}`),
  );
  const functions = resources
    .filter(([, { Type }]) => Type === 'AWS::Serverless::Function')
    .map(([id, resource]) => readFunction(id, (resource.Properties ?? {}) as Tree, globals, scope, variables));
  return { functions, events: readEvents(scope, resources) };
}

function parameterValues(declared: Tree, given: Record<string, string>): Record<string, unknown> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declared, name)) throw new Error(`the template has no parameter ${name}`);
  }
  const entries = Object.entries(declared as Record<string, { Type?: string; Default?: unknown }>).map(([name, { Type, Default }]) => {
    const value = given[name] ?? Default;
    // Parameters without a default (subnets, endpoints) are mostly not used locally; a reference to one throws.
    if (value === undefined) return [name, undefined];
    return [name, Type === 'CommaDelimitedList' || Type?.startsWith('List<') ? String(value).split(',') : String(value)];
  });
  return Object.fromEntries(entries);
}

function readFunction(id: string, own: Tree, globals: Tree, scope: Scope, variables: Record<string, string>): LocalFunction {
  const at = `Resources.${id}.Properties`;
  const property = (name: string, fallback?: unknown): unknown => evaluate(own[name] ?? globals[name], scope, `${at}.${name}`) ?? fallback;
  const text = (name: string, fallback?: string): string => {
    const value = property(name, fallback);
    if (value === undefined) throw new Error(`${at} has no ${name}`);
    return String(value);
  };
  const events = Object.entries((own.Events ?? {}) as Record<string, Tree>);
  return {
    logicalId: id,
    name: text('FunctionName', id),
    codeUri: text('CodeUri'),
    handler: text('Handler'),
    timeoutSeconds: Number(property('Timeout', 3)),
    memory: Number(property('MemorySize', 128)),
    environment: environmentOf([globals, own], scope, variables, at),
    routes: events.flatMap(([name, event]) => routesOf(event, scope, `${at}.Events.${name}`)),
    schedules: events.flatMap(([name, event]) => schedulesOf(id, name, event, scope, `${at}.Events.${name}`)),
  };
}

function environmentOf(levels: Tree[], scope: Scope, variables: Record<string, string>, at: string): Record<string, string> {
  const declared: Tree = Object.assign({}, ...levels.map(({ Environment }) => (Environment as Tree | undefined)?.Variables));
  const entries = Object.entries(declared).map(([name, value]) => {
    return [name, variables[name] ?? evaluate(value, scope, `${at}.Environment.Variables.${name}`)] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));
}

function routesOf({ Type, Properties }: Tree, scope: Scope, at: string): LocalFunction['routes'] {
  if (Type !== 'HttpApi') return [];
  const { Method, Path } = (evaluate(Properties ?? {}, scope, at) ?? {}) as { Method?: string; Path?: string };
  if (Path === undefined || Path === '$default') return [{ method: 'ANY', path: '$default' }];
  return [{ method: (Method ?? 'ANY').toUpperCase().replace('X-AMAZON-APIGATEWAY-ANY-METHOD', 'ANY'), path: Path }];
}

function schedulesOf(id: string, event: string, { Type, Properties }: Tree, scope: Scope, at: string): Schedule[] {
  if (Type !== 'ScheduleV2' && Type !== 'Schedule') return [];
  const given = evaluate(Properties ?? {}, scope, at) as Record<string, unknown>;
  if (given.Enabled === false || given.State === 'DISABLED') return [];
  const expression = given.ScheduleExpression ?? given.Schedule;
  if (expression === undefined) throw new Error(`${at} has no schedule expression`);
  const name = String(given.Name ?? `${id}${event}`);
  return [{ name, expression: String(expression), ...(given.Input !== undefined && { input: String(given.Input) }) }];
}
