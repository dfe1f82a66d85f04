/**
 * Where each parameter of each template comes from. Every one is passed in every deploy: a parameter that is left out keeps its previous
 * value, so that a changed default would do nothing.
 */
import type { TemplateFile } from './template-file.ts';

/** What deploying finds out itself. Nobody may set these in a stage's configuration file. */
export const computedNames = [
  'Stage',
  'NameSuffix',
  'Version',
  'SchemaVersion',
  'SecretsArn',
  'SecretsVersion',
  'AccessTokenPublicKeys',
  'OriginSecret',
  'OriginSecretSha256',
  'PublicUrl',
  'CanaryAlarms',
] as const;
export type ComputedName = (typeof computedNames)[number];

export type Source = 'computed' | 'configuration' | 'output' | 'default';

/** What is there to take values from. A value of undefined exists, but is not known yet: its stack is still to be made. */
export interface Sources {
  computed: Partial<Record<ComputedName, string | undefined>>;
  configuration: Record<string, string>;
  /** Outputs of earlier stacks by name. */
  outputs: Record<string, string | undefined>;
}

export interface Resolved {
  source: Source;
  /** undefined: not known before the stack that has it as an output is made. */
  value: string | undefined;
}

export interface Resolution {
  parameters: Record<string, Resolved>;
  /** Parameters without any source. */
  missing: string[];
}

/**
 * The source of each of a template's parameters: computed, else the stage's configuration (which may replace an output, for a VPC or a database
 * of one's own), else an earlier stack's output of the same name, else the template's default, written out.
 */
export function resolveParameters(template: Pick<TemplateFile, 'parameters'>, { computed, configuration, outputs }: Sources): Resolution {
  const missing: string[] = [];
  const parameters: Record<string, Resolved> = {};
  for (const [name, { Default }] of Object.entries(template.parameters)) {
    if (Object.hasOwn(computed, name)) parameters[name] = { source: 'computed', value: computed[name as ComputedName] };
    else if (Object.hasOwn(configuration, name)) parameters[name] = { source: 'configuration', value: configuration[name] };
    else if (Object.hasOwn(outputs, name)) parameters[name] = { source: 'output', value: outputs[name] };
    else if (Default !== undefined) parameters[name] = { source: 'default', value: String(Default) };
    else missing.push(name);
  }
  return { parameters, missing };
}

/** The values alone. @throws Error that names those that are not known yet, which is a fault of the order of stacks */
export function valuesOf({ parameters, missing }: Resolution): Record<string, string> {
  const unknown = [...missing, ...Object.entries(parameters).flatMap(([name, { value }]) => (value === undefined ? [name] : []))];
  if (unknown.length > 0) throw new Error(`no value for ${unknown.join(', ')}`);
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, String(value)]));
}
