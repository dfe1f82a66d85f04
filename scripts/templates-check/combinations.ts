/** Every way in which a stage can be deployed, as far as the templates differ by it. */
export const stages = ['dev', 'staging', 'prod'] as const;
export const instrumentations = ['remote', 'layer', 'xray', 'otlp', 'none'] as const;
export const sizings = ['rightsized', 'oversized'] as const;
export const egresses = ['nat-instance', 'ipv6', 'nat', 'nat-per-zone'] as const;

export interface Combination {
  stage: (typeof stages)[number];
  instrumentation: (typeof instrumentations)[number];
  sizing: (typeof sizings)[number];
  egress: (typeof egresses)[number];
}

export const combinations: Combination[] = stages.flatMap((stage) =>
  instrumentations.flatMap((instrumentation) =>
    sizings.flatMap((sizing) => egresses.map((egress) => ({ stage, instrumentation, sizing, egress }))),
  ),
);

/** Datadog answers by IPv4 alone, and ipv6 reaches nothing of it. */
export const isRefused = ({ instrumentation, egress }: Combination): boolean =>
  egress === 'ipv6' && (instrumentation === 'remote' || instrumentation === 'layer');

const account = '000000000000';
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${account}:${resource}`;
/** As long as real ones get: a function has 4 KB for all of its variables. */
const host = (name: string) => `kelvo-staging-${name}.proxy-cxxxxxxxxxxx.us-east-1.rds.amazonaws.com`;

/** Values for all parameters that have no default, and for those that switch something on. */
export const parametersOf = ({ stage, instrumentation, sizing, egress }: Combination): Record<string, string> => ({
  Stage: stage,
  NameSuffix: stage === 'prod' ? '' : `-${stage}`,
  Version: '2026-11-26-0123456789abcdef0123456789abcdef01234567',
  Instrumentation: instrumentation,
  Egress: egress,
  Sizing: sizing,
  SubnetIds: 'subnet-00000000000000001,subnet-00000000000000002,subnet-00000000000000003',
  SecurityGroupIds: 'sg-00000000000000001',
  DatabaseEndpoint: host('database'),
  DatabaseDirectEndpoint: host('database-direct'),
  DatabaseAdminSecretArn: arn('secretsmanager', 'secret:rds!db-01234567-89ab-cdef-0123-456789abcdef-AbCdEf'),
  DirectSecurityGroupIds: 'sg-00000000000000003',
  SchemaVersion: '0031_database_monitoring',
  DatabaseResourceId: 'prx-00000000000000000',
  CacheEndpoint: `master.${host('cache')}`,
  CacheClusterName: `kelvo-${stage}`,
  SecretsArn: arn('secretsmanager', `secret:kelvo/${stage}/app-AbCdEf`),
  SecretsVersion: '01234567-89ab-cdef-0123-456789abcdef',
  AccessTokenPublicKeys: `{"keys":[${'x'.repeat(1_024 - 11)}]}`,
  OriginSecretSha256: '0'.repeat(64),
  PublicUrl: 'https://d1234567890abc.cloudfront.net',
  PaymentProvider: egress === 'ipv6' ? 'mock' : 'stripe',
  StripePublishableKey: `pk_live_${'x'.repeat(99)}`,
  MailTransport: 'ses',
  EncryptionKey: stage === 'prod' ? 'own' : 'aws',
  ReservedConcurrency: String(stage === 'prod'),
  PermissionsBoundaryArn: arn('iam', 'policy/boundary').replace('us-east-1', ''),
  CodeSigningConfigArn: arn('lambda', 'code-signing-config:csc-00000000000000000'),
  OtlpEndpoint: 'https://otlp-gateway-prod-eu-west-2.collector.example/otlp',
  OtlpHeaders: 'x-scope-orgid=kelvo',
  OtlpHeadersSecretArn: arn('secretsmanager', `secret:kelvo/${stage}/collector-AbCdEf`),
  DatadogNodeLayerArn: arn('lambda', 'layer:Datadog-Node24-x:140'),
  DatadogExtensionLayerArn: arn('lambda', 'layer:Datadog-Extension-ARM:90'),
  DatadogApiKeySecretArn: arn('secretsmanager', 'secret:datadog/api-key-AbCdEf'),
  ...(instrumentation === 'layer' && {
    CanaryAlarms: 'true',
    ProvisionedConcurrency: '1',
    ProvisionedConcurrencyMax: '4',
    ProvisionedConcurrencyAtPeak: '2',
  }),
});
