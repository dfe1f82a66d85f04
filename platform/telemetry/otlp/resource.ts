import { serviceOf } from '../service.ts';
import type { Attributes } from './encode.ts';

/** What Lambda says of an invocation, as far as spans tell of it. Emulators leave some of it out, and a span must not fail the work for that. */
export interface FunctionRun {
  functionName: string;
  functionVersion?: string;
  awsRequestId: string;
  memoryLimitInMB?: string;
  logGroupName?: string;
  logStreamName?: string;
  invokedFunctionArn?: string;
}

/**
 * What all spans of a function have in common.
 * @param region where it runs on Lambda; undefined on a machine of somebody's own, which claims nothing of a cloud
 */
export function resourceOf(run: FunctionRun, where: { stage: string; version: string; region: string | undefined }): Attributes {
  const own = {
    'service.name': serviceOf(run.functionName),
    'service.version': where.version,
    'deployment.environment.name': where.stage,
    'faas.name': run.functionName,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'kelvo',
    'telemetry.sdk.version': where.version,
  };
  if (where.region === undefined) return own;
  return {
    ...own,
    'cloud.provider': 'aws',
    'cloud.platform': 'aws_lambda',
    'cloud.region': where.region,
    'cloud.account.id': run.invokedFunctionArn?.split(':')[4],
    'faas.version': run.functionVersion,
    'faas.instance': run.logStreamName,
    'faas.max_memory': run.memoryLimitInMB === undefined ? undefined : Number(run.memoryLimitInMB) * 1_048_576,
    'aws.log.group.names': run.logGroupName === undefined ? undefined : [run.logGroupName],
  };
}
