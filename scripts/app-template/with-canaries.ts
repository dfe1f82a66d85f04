/**
 * template.yaml as mode layer deploys it: the functions marked `Metadata: {Canary: true}` publish versions, and an alias shifts traffic to the new one.
 * SAM takes no condition for AutoPublishAlias, and in the other modes there must be no alias (docs/adr/0032-canaries-for-layer-alone.md).
 */
import { createHash } from 'node:crypto';
import { evaluate, type Scope, type Tree } from '#local/template-values.ts';
import { canaryConditions, canaryProperties, canaryResources, type Resource, shiftsTraffic } from './canary-parts.ts';

/** A template as parsed by local/template-yaml.ts. */
export interface SamTemplate {
  Parameters: Record<string, { Default?: unknown }>;
  Conditions: Tree;
  Globals: { Function: Tree };
  Resources: Record<string, Resource>;
  [section: string]: unknown;
}

export const canaryIds = ({ Resources }: SamTemplate): string[] =>
  Object.keys(Resources).filter((id) => Resources[id]?.Metadata?.Canary === true);

/**
 * @param parameters every parameter's value that differs from its default
 * @returns the same template, for mode layer with its canaries
 */
export function withCanaries(template: SamTemplate, parameters: Record<string, string>): SamTemplate {
  if (parameters.Instrumentation !== 'layer') return template;
  const ids = canaryIds(template);
  const configurationOf = configurations(template, parameters);
  const resources: Record<string, Resource> = { ...template.Resources };
  for (const id of ids) {
    const resource = template.Resources[id] as Resource;
    const [, name = id] = /^rumshop-([a-z-]+)/.exec(String((resource.Properties?.FunctionName as Tree | undefined)?.['Fn::Sub'])) ?? [];
    resources[id] = { ...resource, Properties: { ...resource.Properties, ...canaryProperties(id, configurationOf(id)) } };
    Object.assign(resources, canaryResources(id, name));
  }
  const boundary = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::IAM::Role')?.Properties?.PermissionsBoundary;
  resources.ShiftsTraffic = shiftsTraffic(ids, boundary);
  // Else a layer of ours that changed publishes no version of the functions that have it.
  const { RuntimeLayer } = template.Resources;
  if (RuntimeLayer !== undefined)
    resources.RuntimeLayer = { ...RuntimeLayer, Properties: { ...RuntimeLayer.Properties, PublishLambdaVersion: true } };
  return { ...template, Conditions: { ...template.Conditions, ...canaryConditions }, Resources: resources };
}

/** Sixteen characters that tell one configuration of a function from another: its properties with these parameters. */
function configurations(template: SamTemplate, parameters: Record<string, string>): (id: string) => string {
  const defaults = Object.entries(template.Parameters).map(([name, { Default }]) => [name, String(Default ?? '')]);
  const scope: Scope = {
    parameters: { ...Object.fromEntries(defaults), ...parameters },
    mappings: (template.Mappings ?? {}) as Tree,
    conditions: template.Conditions,
    resources: template.Resources,
    secrets: {},
  };
  // A reference to a secret stays a text: its value is not known here, and its version is in it.
  const unresolved = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll('{{resolve:', '{{'));
  return (id) => {
    const { Events: _, ...own } = template.Resources[id]?.Properties ?? {};
    const configuration = evaluate(unresolved([template.Globals.Function, own]), scope, `Resources.${id}.Properties`);
    return createHash('sha256').update(JSON.stringify(configuration)).digest('hex').slice(0, 16);
  };
}
