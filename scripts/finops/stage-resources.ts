/** What a stage is made of: every template of its stacks, with the parameters that a deploy would pass. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, type Tree } from '#local/template-values.ts';
import { parseTemplate } from '#local/template-yaml.ts';
import { type SamTemplate, withCanaries } from '../app-template/with-canaries.ts';
import { computedNames, resolveParameters } from '../deploy/parameters.ts';
import { partsHere, partsOf } from '../deploy/stacks.ts';
import type { TemplateParameter } from '../deploy/template-file.ts';
import { root } from '../function-files.ts';
import { type Evaluated, evaluateResources, scopeOf } from '../templates-check/evaluated.ts';

export interface StageResource extends Evaluated {
  /** Of the stack: `data`. */
  part: string;
  id: string;
}

export interface StageResources {
  resources: StageResource[];
  /** What SAM puts into every function. */
  functions: Tree;
  /** Every parameter's value. */
  parameters: Record<string, string>;
}

type Template = SamTemplate & Parameters<typeof evaluateResources>[0] & { Outputs?: Record<string, { Value: unknown }> };

/** Parsing them takes most of the time. */
const parsed = new Map<string, Template>();
function parse(file: string): Template {
  const template = parsed.get(file) ?? (parseTemplate(readFileSync(join(root, file), 'utf8')) as Template);
  parsed.set(file, template);
  return template;
}

/** Mode layer names the versions and aliases that SAM will make of functions; here the functions stand for them. */
const withFunctionsAlone = (template: SamTemplate): Template =>
  JSON.parse(JSON.stringify(template).replace(/"(\w+)\.(Version|Alias)"/g, '"$1"'));

/** Values that only a deploy knows: here they are but words. */
const standIns: Record<string, string> = Object.fromEntries(computedNames.map((name) => [name, name]));

/** A value of an output; what only AWS knows is the output's name. */
function outputOf(name: string, value: unknown, scope: ReturnType<typeof scopeOf>): string {
  try {
    return String(evaluate(value, scope, name));
  } catch {
    return name;
  }
}

/**
 * Evaluates all templates in the order of a deploy: outputs of one are parameters of the next.
 * @param given what the stage's configuration sets, and its Stage
 */
export function resourcesOfStage(given: Record<string, string>): StageResources {
  const outputs: Record<string, string> = {};
  const all: Record<string, string> = {};
  const resources: StageResource[] = [];
  let functions: Tree = {};
  const { Stage = 'dev' } = given;
  const computed = { ...standIns, Stage, NameSuffix: Stage === 'prod' ? '' : `-${Stage}` };
  for (const { part, template: file } of partsOf(partsHere(), given)) {
    const source = parse(file);
    const rules = source.Parameters as Record<string, TemplateParameter>;
    const known = resolveParameters({ parameters: rules }, { computed, configuration: { ...given, ...outputs }, outputs: {} });
    const parameters = Object.fromEntries(Object.entries(known.parameters).map(([name, { value }]) => [name, String(value)]));
    for (const name of known.missing) parameters[name] = name;
    Object.assign(all, parameters);
    const isLayer = part === 'app' && parameters.Instrumentation === 'layer';
    const template = isLayer ? withFunctionsAlone(withCanaries(source, parameters)) : source;
    for (const [id, resource] of Object.entries(evaluateResources(template, parameters))) resources.push({ part, id, ...resource });
    const scope = scopeOf(template, parameters);
    if (part === 'app') functions = evaluate(source.Globals.Function, scope, 'Globals') as Tree;
    for (const [name, { Value }] of Object.entries(template.Outputs ?? {})) outputs[name] = outputOf(name, Value, scope);
  }
  return { resources, functions, parameters: all };
}
