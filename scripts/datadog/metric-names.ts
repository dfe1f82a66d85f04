/** Metrics that Datadog has of Kelvo, besides our own (`kelvo.…`, platform/telemetry/metrics.ts), by where it says so. */
export const metricNames: Record<string, string[]> = {
  // Sent by its extension, with env, service, functionname, cold_start: where the function is instrumented, remotely or by layer.
  'https://docs.datadoghq.com/serverless/aws_lambda/metrics/': [
    'aws.lambda.enhanced.invocations',
    'aws.lambda.enhanced.errors',
    'aws.lambda.enhanced.out_of_memory',
    'aws.lambda.enhanced.max_memory_used',
    'aws.lambda.enhanced.estimated_cost',
  ],
  // Made of its traces: the span of a function is aws.lambda.
  'https://docs.datadoghq.com/tracing/metrics/metrics_namespace/': ['trace.aws.lambda'],
  // Fetched of CloudWatch by the AWS integration, with the resource's own tags; statistics are at the end of the name.
  'https://docs.datadoghq.com/integrations/amazon-lambda/': ['aws.lambda.iterator_age.maximum'],
  'https://docs.datadoghq.com/integrations/amazon-api-gateway/': ['aws.apigateway.latency.p95', 'aws.apigateway.latency.p99'],
  'https://docs.datadoghq.com/integrations/amazon-sqs/': [
    'aws.sqs.approximate_age_of_oldest_message',
    'aws.sqs.approximate_number_of_messages_visible',
  ],
  'https://docs.datadoghq.com/integrations/amazon-rds/': [
    'aws.rds.database_connections',
    'aws.rds.cpuutilization',
    'aws.rds.free_storage_space',
  ],
  'https://docs.datadoghq.com/integrations/amazon-rds-proxy/': ['aws.rds.proxy.database_connections_currently_session_pinned'],
  'https://docs.datadoghq.com/integrations/amazon-elasticache/': [
    'aws.elasticache.database_memory_usage_percentage',
    'aws.elasticache.evictions',
  ],
};

/** The metrics that a query asks for: `aws.rds.cpuutilization` of `avg:aws.rds.cpuutilization{…}`. */
export const metricsIn = (query: string): string[] =>
  [...query.matchAll(/\b(?:avg|sum|min|max|count|p\d\d):([a-z0-9_.]+)\{/g)].map(([, name]) => name as string);
