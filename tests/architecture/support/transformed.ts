/** Sizes of the template after SAM's transform: CloudFormation's limits (500 resources, 60 dynamic references, 1 MB) apply to that. */
import type { Tree } from '#local/template-values.ts';
import { eventsOf, ownVariables, type Resource, template, templateFunctions } from './template.ts';

/**
 * How many CloudFormation resources an event becomes: permission, mapping or rule; a schedule without RoleArn gets a role too
 * (serverless-application-model, docs/internals/generated_resources.rst).
 */
function resourcesOfEvent({ Type, Properties = {} }: { Type: string; Properties?: Tree }): number {
  if (Type === 'ScheduleV2') return Properties.RoleArn === undefined ? 2 : 1;
  return { HttpApi: 1, SQS: 1, Kinesis: 1, Schedule: 2, EventBridgeRule: 2 }[Type] ?? 2;
}

/** How many CloudFormation resources one of the template's becomes. */
export function resourcesOf(resource: Resource): number {
  const { Type, Properties = {} } = resource;
  if (Type === 'AWS::Serverless::HttpApi') return 2; // API, stage
  if (Type !== 'AWS::Serverless::Function') return 1;
  const role = Properties.Role === undefined ? 1 : 0;
  const alias = Properties.AutoPublishAlias === undefined ? 0 : 2; // version, alias
  const canary = Properties.DeploymentPreference === undefined ? 0 : 1; // deployment group
  return eventsOf(resource).reduce((sum, event) => sum + resourcesOfEvent(event), 1 + role + alias + canary);
}

export const countResources = (resources: Record<string, Resource>): number =>
  Object.values(resources).reduce((sum, resource) => sum + resourcesOf(resource), 0);

const referencesIn = (value: unknown): number => JSON.stringify(value).split('{{resolve:').length - 1;

/** How many dynamic references there are: SAM copies Globals into every function. */
export function dynamicReferences(): number {
  const functions = Object.keys(templateFunctions);
  const inGlobals = referencesIn(template.Globals);
  const elsewhere = Object.entries(template.Resources).filter(([id]) => !functions.includes(id));
  const inVariables = functions.reduce((sum, id) => sum + referencesIn(ownVariables(id)), 0);
  return inGlobals * functions.length + inVariables + referencesIn(elsewhere);
}

/** About how many bytes of JSON a function becomes, with all of Globals and its permission. */
export function bytesPerFunction(): number {
  const sizes = Object.values(templateFunctions).map((resource) => JSON.stringify([template.Globals.Function, resource]).length);
  const permission = 300;
  return Math.max(...sizes) + permission;
}
