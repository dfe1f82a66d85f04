import type { AlarmMetric } from './alarm.ts';

interface Namespace {
  /** Where AWS lists them. */
  source: string;
  /** Sets of dimensions that the metric is sent with, each sorted by name; CloudWatch adds nothing up over a dimension that is left out. */
  metrics: Record<string, string[][]>;
}

const perFunction = [['FunctionName']];
const perFunctionAndAccount = [['FunctionName'], []];
const perApi = [['ApiId'], ['ApiId', 'Stage']];
const perDatabase = [['DBInstanceIdentifier'], ['DBClusterIdentifier']];
const perProxy = [['ProxyName']];
const perNode = [['CacheClusterId'], ['CacheClusterId', 'CacheNodeId']];
const perQueue = [['QueueName']];
const perVault = [['BackupVaultName'], ['BackupVaultName', 'ResourceType']];
const perDomain = [['ClientId', 'DomainName']];

/**
 * The metrics that AWS sends of what Kelvo is made of, as far as it documents them and we may want them: an alarm on any other never sees a value. Those of
 * a REST API are other ones (`5XXError`, `ApiName`), and an API has no function's name.
 */
export const awsMetrics: Record<string, Namespace> = {
  'AWS/ApiGateway': {
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html',
    metrics: Object.fromEntries(['4xx', '5xx', 'Count', 'Latency', 'IntegrationLatency', 'DataProcessed'].map((name) => [name, perApi])),
  },
  'AWS/Lambda': {
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    metrics: {
      Invocations: perFunctionAndAccount,
      Errors: perFunctionAndAccount,
      Throttles: perFunctionAndAccount,
      Duration: perFunctionAndAccount,
      ConcurrentExecutions: perFunctionAndAccount,
      UnreservedConcurrentExecutions: [[]],
      IteratorAge: perFunction,
    },
  },
  'AWS/SQS': {
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    metrics: Object.fromEntries(
      [
        'ApproximateAgeOfOldestMessage',
        'ApproximateNumberOfMessagesVisible',
        'ApproximateNumberOfMessagesNotVisible',
        'NumberOfMessagesSent',
      ].map((name) => [name, perQueue]),
    ),
  },
  'AWS/Kinesis': {
    source: 'https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html',
    metrics: Object.fromEntries(
      [
        'IncomingRecords',
        'WriteProvisionedThroughputExceeded',
        'ReadProvisionedThroughputExceeded',
        'GetRecords.IteratorAgeMilliseconds',
      ].map((name) => [name, [['StreamName']]]),
    ),
  },
  'AWS/RDS': {
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html,
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html',
    metrics: {
      CPUUtilization: perDatabase,
      DatabaseConnections: perDatabase,
      FreeableMemory: perDatabase,
      CPUCreditBalance: perDatabase,
      FreeStorageSpace: [['DBInstanceIdentifier']],
      VolumeBytesUsed: [['DBClusterIdentifier']],
      ReplicaLag: [['DBInstanceIdentifier']],
      AuroraReplicaLagMaximum: [['DBClusterIdentifier']],
      DatabaseConnectionsCurrentlySessionPinned: perProxy,
      DatabaseConnectionsBorrowLatency: perProxy,
      ClientConnections: perProxy,
    },
  },
  'AWS/Backup': {
    source: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html',
    metrics: Object.fromEntries(
      ['NumberOfBackupJobsCompleted', 'NumberOfBackupJobsFailed', 'NumberOfCopyJobsCompleted', 'NumberOfCopyJobsFailed'].map((name) => [
        name,
        perVault,
      ]),
    ),
  },
  'AWS/ElastiCache': {
    // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.HostLevel.html
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html',
    metrics: Object.fromEntries(
      ['CPUUtilization', 'EngineCPUUtilization', 'DatabaseMemoryUsagePercentage', 'Evictions', 'CurrConnections', 'NewConnections'].map(
        (name) => [name, perNode],
      ),
    ),
  },
  'AWS/CloudFront': {
    source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html',
    metrics: Object.fromEntries(
      ['Requests', '4xxErrorRate', '5xxErrorRate', 'TotalErrorRate'].map((name) => [name, [['DistributionId', 'Region']]]),
    ),
  },
  'AWS/WAFV2': {
    // In front of CloudFront there is no dimension Region.
    source: 'https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html',
    metrics: Object.fromEntries(['AllowedRequests', 'BlockedRequests', 'CountedRequests'].map((name) => [name, [['Rule', 'WebACL']]])),
  },
  'AWS/ES': {
    source: 'https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-cloudwatchmetrics.html',
    metrics: Object.fromEntries(
      ['ClusterStatus.red', 'ClusterStatus.yellow', 'FreeStorageSpace', 'JVMMemoryPressure'].map((name) => [name, perDomain]),
    ),
  },
};

/** Values that a dimension always has. */
const fixed: Record<string, string> = { 'AWS/CloudFront Region': 'Global', 'AWS/WAFV2 Rule': 'ALL' };

type Named = Pick<AlarmMetric, 'namespace' | 'name' | 'dimensions'>;

/** What is wrong with a metric of AWS's; undefined: AWS sends it. */
export function metricFault({ namespace, name, dimensions }: Named): string | undefined {
  const known = awsMetrics[namespace];
  if (!known) return `there is no namespace ${namespace}`;
  const sets = known.metrics[name];
  if (!sets) return `${namespace} has no metric ${name}: see ${known.source}`;
  const given = Object.keys(dimensions).toSorted();
  if (!sets.some((set) => String(set) === String(given)))
    return `${namespace} ${name} has no dimensions ${given}: it has ${sets.map(String).join(' or ')}`;
  const wrong = Object.entries(dimensions).find(([key, value]) => value === '' || value !== (fixed[`${namespace} ${key}`] ?? value));
  return wrong && `${namespace} ${name}: dimension ${wrong[0]} is ${wrong[1]}`;
}
