/** What a function that is marked Canary gets beside it: CloudFormation's resources as they are, with the ids of the function's in front. */
import type { Tree } from '#local/template-values.ts';

export interface Resource {
  Type: string;
  Condition?: string;
  DependsOn?: string;
  Properties?: Tree;
  Metadata?: Tree;
}

const ref = (id: string) => ({ Ref: id });
const sub = (text: string) => ({ 'Fn::Sub': text });
const arn = (service: string, resource: string) => sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

/** The alias that API Gateway calls, whatever version it leads to. */
export const alias = 'live';

/** Conditions that the parts below have, besides the template's. */
export const canaryConditions: Tree = {
  HasCanaryAlarms: { 'Fn::Equals': [ref('CanaryAlarms'), 'true'] },
  HasProvisionedConcurrency: { 'Fn::Not': [{ 'Fn::Equals': [ref('ProvisionedConcurrency'), 0] }] },
  ScalesProvisionedConcurrency: { 'Fn::Not': [{ 'Fn::Equals': [ref('ProvisionedConcurrencyMax'), 0] }] },
  HasPeakHours: { 'Fn::Not': [{ 'Fn::Equals': [ref('ProvisionedConcurrencyAtPeak'), 0] }] },
};

/**
 * The function's properties in mode layer.
 * @param configuration differs whenever the function's configuration does
 */
export const canaryProperties = (id: string, configuration: string): Tree => ({
  AutoPublishAlias: alias,
  // Without it a change of variables, layers or memory alone publishes no version.
  AutoPublishAliasAllProperties: true,
  // SAM compares properties with parameters unresolved: a rotated secret, or another log level, is seen by this text alone.
  Description: `Configuration ${configuration}.`,
  DeploymentPreference: {
    Type: ref('CanaryType'),
    Role: { 'Fn::GetAtt': ['ShiftsTraffic', 'Arn'] },
    Alarms: {
      'Fn::If': [
        'HasCanaryAlarms',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's
        [ref(`${id}Errors`), sub('kelvo-${Stage}-api-failures'), sub('kelvo-${Stage}-api-slow')],
        [ref(`${id}Errors`)],
      ],
    },
  },
  ProvisionedConcurrencyConfig: {
    'Fn::If': ['HasProvisionedConcurrency', { ProvisionedConcurrentExecutions: ref('ProvisionedConcurrency') }, ref('AWS::NoValue')],
  },
});

/** The canary's own alarm, and what scales its provisioned concurrency. */
export const canaryResources = (id: string, functionName: string): Record<string, Resource> => ({
  [`${id}Errors`]: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: sub(`kelvo-\${Stage}-canary-${functionName}`),
      AlarmDescription:
        'The new version crashed, ran out of memory or of time. Every other fault is answered by its own code. Rolls the canary back.',
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [
        { Name: 'FunctionName', Value: ref(id) },
        { Name: 'Resource', Value: sub(`\${${id}}:${alias}`) },
        { Name: 'ExecutedVersion', Value: { 'Fn::GetAtt': [`${id}.Version`, 'Version'] } },
      ],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    },
  },
  [`${id}Scaling`]: {
    Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    DependsOn: `${id}Alias${alias}`, // SAM names it so
    Condition: 'ScalesProvisionedConcurrency',
    Properties: {
      ServiceNamespace: 'lambda',
      ScalableDimension: 'lambda:function:ProvisionedConcurrency',
      ResourceId: sub(`function:\${${id}}:${alias}`),
      MinCapacity: ref('ProvisionedConcurrency'),
      MaxCapacity: ref('ProvisionedConcurrencyMax'),
      ScheduledActions: {
        'Fn::If': [
          'HasPeakHours',
          [peak('peak-begins', 'PeakFrom', 'ProvisionedConcurrencyAtPeak'), peak('peak-ends', 'PeakTo', 'ProvisionedConcurrency')],
          ref('AWS::NoValue'),
        ],
      },
    },
  },
  [`${id}Tracking`]: {
    Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
    Condition: 'ScalesProvisionedConcurrency',
    Properties: {
      PolicyName: sub(`kelvo-\${Stage}-${functionName}`),
      PolicyType: 'TargetTrackingScaling',
      ScalingTargetId: ref(`${id}Scaling`),
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 0.7,
        PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
      },
    },
  },
});

const peak = (ScheduledActionName: string, at: string, least: string) => ({
  ScheduledActionName,
  Schedule: ref(at),
  Timezone: ref('PeakTimezone'),
  ScalableTargetAction: { MinCapacity: ref(least), MaxCapacity: ref('ProvisionedConcurrencyMax') },
});

/** What CodeDeploy may do: look at our alarms and move our aliases. AWS's own policy would let it do so with every function of the account. */
export const shiftsTraffic = (functions: string[], permissionsBoundary: unknown): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    PermissionsBoundary: permissionsBoundary,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'codedeploy.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
        },
      ],
    },
    Policies: [
      {
        PolicyName: 'shift',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
              Resource: functions.flatMap((id) => [{ 'Fn::GetAtt': [id, 'Arn'] }, sub(`\${${id}.Arn}:*`)]),
            },
            { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: arn('cloudwatch', 'alarm:*') },
          ],
        },
      },
    ],
  },
});
