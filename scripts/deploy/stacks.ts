/** The stacks of a stage, in the order in which they are deployed: each needs outputs of earlier ones. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../command-line.ts';
import { root } from '../function-files.ts';

export interface Part {
  part: string;
  /** From the repository's root. */
  template: string;
  /** Where it stands, if not in the stage's own region: CloudFront takes certificates and web ACLs of us-east-1 alone. */
  region?: string;
  /** The parameter that says where it stands; where that is empty, there is no such stack. */
  regionFrom?: string;
  /** What it is, for people. */
  about: string;
}

export const parts = [
  { part: 'artifacts', template: 'infra/artifacts.yaml', about: 'the bucket of code and templates' },
  { part: 'network', template: 'infra/network.yaml', about: 'VPC, subnets, way out' },
  {
    part: 'recovery-region',
    template: 'infra/recovery-region.yaml',
    regionFrom: 'RecoveryRegion',
    about: 'vault and key for copies of backups',
  },
  { part: 'data', template: 'infra/data.yaml', about: 'PostgreSQL, proxy, cache' },
  { part: 'app', template: 'template.yaml', about: 'API, functions, queues' },
  { part: 'edge', template: 'infra/edge.yaml', region: 'us-east-1', about: 'CloudFront, firewall, the SPA’s bucket' },
  { part: 'observability', template: 'infra/observability.yaml', about: 'dashboards and alarms' },
  { part: 'recovery', template: 'infra/recovery.yaml', about: 'backups' },
  { part: 'cost', template: 'infra/cost.yaml', about: 'budgets' },
] as const satisfies readonly Part[];

/** The parts whose template is in the repository. */
export const partsHere = (folder = root): Part[] => parts.filter(({ template }) => existsSync(join(folder, template)));

/** The parts that a stage has. @param parameters of its configuration */
export const partsOf = (all: readonly Part[], parameters: Record<string, string>): Part[] =>
  all.flatMap((part) => {
    if (part.regionFrom === undefined) return [part];
    const region = parameters[part.regionFrom];
    return region ? [{ ...part, region }] : [];
  });

/** What an account has once, for all its stages. Its outputs are parameters where it stands. */
export const bootstrapStack = 'kelvo-bootstrap';

/** `kelvo-dev` is the app itself, `kelvo-dev-data` a part of what it stands on. */
export const stackName = (part: string, stage: Stage): string => `kelvo-${stage}${part === 'app' ? '' : `-${part}`}`;

/** They reach every resource of a stack, and the bill: infra/cost.yaml and `npm run destroy` find things by them. */
export const tagsOf = (stage: Stage): Record<string, string> => ({ application: 'kelvo', stage });
