/** The templates that the app stands on, which know no SAM: infra/network.yaml differs by egress, infra/data.yaml by sizing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '#local/template-values.ts';
import { parseTemplate } from '#local/template-yaml.ts';
import { root } from '../function-files.ts';
import { type Combination, parametersOf } from './combinations.ts';
import type { Evaluated } from './evaluated.ts';
import type { CloudFormation } from './transform.ts';

export const readInfraTemplate = (name: 'network' | 'data'): CloudFormation => {
  const template = parseTemplate(readFileSync(join(root, 'infra', `${name}.yaml`), 'utf8')) as CloudFormation;
  return { ...template, Parameters: template.Parameters ?? {}, Conditions: template.Conditions ?? {} };
};

const standIn = (type = 'String') => (type === 'AWS::EC2::SecurityGroup::Id' ? 'sg-00000000000000002' : undefined);

/** What the template takes of a combination, and something for its other parameters without a default. */
export function infraParametersOf({ Parameters }: CloudFormation, combination: Combination): Record<string, string> {
  const given = parametersOf(combination);
  const entries = Object.entries(Parameters as Record<string, { Type?: string; Default?: unknown }>).flatMap(
    ([name, { Type, Default }]) => {
      const value = given[name] ?? (Default === undefined ? standIn(Type) : undefined);
      return value === undefined ? [] : [[name, value]];
    },
  );
  return Object.fromEntries(entries);
}

/** NAT gateways a stage pays for by its egress, over two zones. */
const gateways: Record<Combination['egress'], number> = { ipv6: 0, 'nat-instance': 0, nat: 1, 'nat-per-zone': 2 };

/** What must hold of network and data by egress, sizing and stage. */
export function infraFaults(resources: Record<string, Evaluated>, { stage, sizing, egress }: Combination): string[] {
  const of = (type: string) => Object.values(resources).filter(({ Type }) => Type === type);
  const vpc = of('AWS::EC2::VPC').length > 0;
  const databases = of('AWS::RDS::DBInstance').map(({ Properties }) => Properties as Tree & { DBInstanceClass: string });
  const roles = of('AWS::IAM::Role').filter(({ Properties }) => Properties.PermissionsBoundary === undefined);
  return [
    ...(vpc && of('AWS::EC2::NatGateway').length !== gateways[egress]
      ? [`${of('AWS::EC2::NatGateway').length} NAT gateways, it must be ${gateways[egress]}`]
      : []),
    ...(vpc && egress === 'ipv6' && of('AWS::EC2::EgressOnlyInternetGateway').length !== 1 ? ['there is no way out for IPv6'] : []),
    ...databases
      .filter(({ DBInstanceClass }) => DBInstanceClass.startsWith('db.t3.') !== (sizing === 'oversized'))
      .map(({ DBInstanceClass }) => `the database is a ${DBInstanceClass}`),
    ...databases
      .filter(({ DeletionProtection }) => stage === 'prod' && DeletionProtection !== true)
      .map(() => 'the database of prod can be deleted'),
    ...roles.map(() => 'a role has no permissions boundary'),
  ];
}
