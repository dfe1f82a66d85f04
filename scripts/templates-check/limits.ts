/** CloudFormation's and Lambda's limits, over a template after the transform: what is declared counts, whether its condition holds or not. */
import type { Evaluated } from './evaluated.ts';
import type { CloudFormation } from './transform.ts';

/** Below AWS's 500, so that there is room for what nobody thought of. */
const mostResources = 450;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html and dynamic-references.html */
const most = { references: 60, bytes: 1_000_000, parameters: 200, outputs: 200, mappings: 200 };
/** Of names and values together (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const mostBytesOfVariables = 4_096;

export interface Size {
  resources: number;
  references: number;
  bytes: number;
  parameters: number;
  outputs: number;
  mappings: number;
}

export function sizeOf(template: CloudFormation): Size {
  const text = JSON.stringify(template);
  const count = (section: object = {}) => Object.keys(section).length;
  return {
    resources: count(template.Resources),
    references: text.split('{{resolve:').length - 1,
    bytes: Buffer.byteLength(text),
    parameters: count(template.Parameters),
    outputs: count(template.Outputs),
    mappings: count(template.Mappings),
  };
}

export function sizeFaults(size: Size & { projected: number }): string[] {
  return Object.entries({ ...most, resources: mostResources, projected: mostResources })
    .filter(([name, limit]) => size[name as keyof typeof size] > limit)
    .map(([name, limit]) => {
      const what = name === 'projected' ? 'resources with what is planned' : name;
      return `${size[name as keyof typeof size]} ${what}, ${limit} are allowed`;
    });
}

/** What the shop will have when all that is planned is there (docs/architecture.md). */
export const planned = { routes: 105, consumersAndSchedules: 20 };
/** A route is a function and API Gateway's permission; a consumer is function, mapping, queue, dead letters and rule. */
export const cost = { route: 2, consumer: 5 };

/** How many resources the template will have with what is planned. */
export function projectedResources({ Resources }: CloudFormation): number {
  const count = (...types: string[]) => Object.values(Resources).filter(({ Type }) => types.includes(Type)).length;
  const routes = planned.routes - count('AWS::Lambda::Permission');
  const others = planned.consumersAndSchedules - count('AWS::Lambda::EventSourceMapping', 'AWS::Scheduler::Schedule');
  return Object.keys(Resources).length + Math.max(0, routes) * cost.route + Math.max(0, others) * cost.consumer;
}

/** Lengths of the secrets that functions get, with room: a JSON Web Key of P-256 has 230 characters, Stripe's key 107. */
const lengths: Record<string, number> = { accessTokenSigningKey: 300, stripeSecretKey: 120, smtpUrl: 200 };
const lengthOf = (value: string) =>
  value.replace(/\{\{secretsmanager:.*:SecretString:(\w+):[^}]*\}\}/g, (_, key: string) => 'x'.repeat(lengths[key] ?? 64)).length;

/** The function with the most bytes of variables. */
export function largestVariables(resources: Record<string, Evaluated>): { id: string; bytes: number } {
  const sizes = Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    .map(([id, { Properties }]) => {
      const variables = (Properties.Environment as { Variables?: Record<string, string> } | undefined)?.Variables ?? {};
      return { id, bytes: Object.entries(variables).reduce((sum, [name, value]) => sum + name.length + lengthOf(String(value)), 0) };
    });
  return sizes.reduce((largest, each) => (each.bytes > largest.bytes ? each : largest), { id: 'none', bytes: 0 });
}

export function variableFaults(resources: Record<string, Evaluated>): string[] {
  const { id, bytes } = largestVariables(resources);
  return bytes > mostBytesOfVariables ? [`${id} has ${bytes} bytes of variables, ${mostBytesOfVariables} are allowed`] : [];
}
