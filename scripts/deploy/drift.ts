/** What of CloudFormation's drift is none: changes that somebody else is supposed to make. */

/** As DescribeStackResourceDrifts says it. */
export interface ResourceDrift {
  LogicalResourceId?: string | undefined;
  ResourceType?: string | undefined;
  StackResourceDriftStatus?: string | undefined;
  PropertyDifferences?: PropertyDrift[] | undefined;
}

export interface PropertyDrift {
  /** `/Environment/Variables/DD_SITE` */
  PropertyPath?: string | undefined;
  ExpectedValue?: string | undefined;
  ActualValue?: string | undefined;
  /** ADD, REMOVE, NOT_EQUAL */
  DifferenceType?: string | undefined;
}

interface Exemption {
  type: string;
  path: RegExp;
  /** What the value must be now; every value where there is none. */
  actual?: RegExp;
}

/**
 * Datadog's instrumenter adds its layers and variables to functions and puts its handler before ours (its source, src/functions.js; docs/telemetry.md).
 * A layer or a handler of anybody else is drift, and so is a variable of ours that changed.
 */
const instrumenter: readonly Exemption[] = [
  { type: 'AWS::Lambda::Function', path: /^\/Layers(\/\d+)?$/, actual: /:layer:Datadog-/ },
  { type: 'AWS::Lambda::Function', path: /^\/Handler$/, actual: /^\/opt\/nodejs\/node_modules\/datadog-lambda-js\/handler\.handler$/ },
  { type: 'AWS::Lambda::Function', path: /^\/Environment\/Variables\/(DD_\w+|AWS_LAMBDA_EXEC_WRAPPER)$/ },
  { type: 'AWS::Lambda::Function', path: /^\/Tags\/\d+(\/\w+)?$/, actual: /dd_sls_remote_instrumenter/ },
];

/** AWS itself changes these after it was told to. */
const automatic: readonly Exemption[] = [
  { type: 'AWS::Lambda::Alias', path: /^\/ProvisionedConcurrencyConfig\// }, // by Application Auto Scaling
  { type: 'AWS::RDS::DBInstance', path: /^\/(AllocatedStorage|Iops|StorageThroughput)$/ }, // a disk that grows by itself
  { type: 'AWS::RDS::DBInstance', path: /^\/EngineVersion$/ }, // minor versions come by themselves
  { type: 'AWS::RDS::DBCluster', path: /^\/EngineVersion$/ },
  { type: 'AWS::ElastiCache::ReplicationGroup', path: /^\/EngineVersion$/ },
];

const fits = ({ type, path, actual }: Exemption, resource: string | undefined, difference: PropertyDrift): boolean =>
  type === resource && path.test(difference.PropertyPath ?? '') && (actual === undefined || actual.test(difference.ActualValue ?? ''));

/**
 * Lines about what differs from the templates and should not.
 * @param isInstrumented whether Datadog's instrumenter is expected: with Instrumentation remote
 */
export function driftLines(drifts: readonly ResourceDrift[], { isInstrumented }: { isInstrumented: boolean }): string[] {
  const exempt = [...automatic, ...(isInstrumented ? instrumenter : [])];
  return drifts.flatMap(({ LogicalResourceId, ResourceType, StackResourceDriftStatus, PropertyDifferences = [] }) => {
    const name = `${LogicalResourceId} (${ResourceType})`;
    if (StackResourceDriftStatus === 'DELETED') return [`${name} was deleted`];
    if (StackResourceDriftStatus !== 'MODIFIED') return [];
    return PropertyDifferences.filter((difference) => !exempt.some((each) => fits(each, ResourceType, difference))).map(
      ({ PropertyPath, DifferenceType }) => `${name}: ${PropertyPath} ${ways[DifferenceType ?? ''] ?? 'differs'}`,
    );
  });
}

/** Values are left out: some are credentials, and the workflow's log is read by many. */
const ways: Record<string, string> = { ADD: 'was added', REMOVE: 'was removed', NOT_EQUAL: 'was changed' };
