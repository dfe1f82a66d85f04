/** What AWS makes beside a stage's stacks and does not delete with them, known by its name. */
import type { Stage } from '../command-line.ts';

/** Whether a log group is of this stage: those of functions, custom resources, the database, its proxy, the firewall. */
export function isLogGroupOf(stage: Stage, name: string): boolean {
  const own = `kelvo-${stage}`;
  if (name.startsWith(`/kelvo/${stage}/`)) return true;
  const [, service, rest = ''] =
    /^\/aws\/(lambda|rds\/proxy|rds\/instance|rds\/cluster|codebuild|opensearch|elasticache)\/(.*)$/.exec(name) ?? [];
  if (service === undefined) return name === `aws-waf-logs-${own}`;
  if (rest === own || rest.startsWith(`${own}-`) || rest.startsWith(`${own}/`)) return true;
  // Functions of the app: rumshop-…-dev, and rumshop-… without an end in prod.
  if (service !== 'lambda' || !rest.startsWith('rumshop-')) return false;
  return stage === 'prod' ? !/-(dev|staging|local)$/.test(rest) : rest.endsWith(`-${stage}`);
}

/** Whether a snapshot is one that CloudFormation took of this stage's database before it deleted that. */
export const isSnapshotOf = (stage: Stage, id: string): boolean => id.startsWith(`kelvo-${stage}-data-`);
