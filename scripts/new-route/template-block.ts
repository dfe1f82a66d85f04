import { serviceOf } from '#platform/telemetry/service.ts';
import { pascal, type RoutePlan } from './plan.ts';

/** template.yaml with the route's function after the last one of its domain; a new domain begins with its log group, before the outputs. */
export function withFunction(template: string, plan: RoutePlan): string {
  const { domain, logicalId, verbNoun, method, path } = plan;
  const name = `rumshop-${domain}-${verbNoun}`;
  const log = `${pascal(domain)}Log`;
  const block = `
  ${logicalId}:
    Type: AWS::Serverless::Function
    Metadata: {SkipBuild: true}
    Properties:
      FunctionName: !Sub ${name}\${NameSuffix}
      CodeUri: dist/${logicalId}
      Role: !GetAtt UsesStores.Arn
      LoggingConfig: {LogGroup: !Ref ${log}}
      Environment: {Variables: {DD_SERVICE: !If [HasDatadogTags, ${serviceOf(name)}, !Ref AWS::NoValue]}}
      Events: {Route: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: ${method}, Path: '${path}'}}}
`;
  const lines = template.split('\n');
  const isOfDomain = (line: string) => /^ {2}\w+:$/.test(line) && line.slice(2).startsWith(pascal(domain));
  const last = lines.findLastIndex((line, i) => isOfDomain(line) && lines[i + 1]?.trim() === 'Type: AWS::Serverless::Function');
  if (last !== -1) {
    const end = lines.findIndex((line, i) => i > last && !/^ {3,}\S/.test(line));
    return [...lines.slice(0, end), ...block.trimEnd().split('\n'), ...lines.slice(end)].join('\n');
  }
  const group = `  # --- ${domain} ---

  ${log}:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties: {LogGroupName: !Sub '/kelvo/\${Stage}/functions/${domain}', RetentionInDays: !Ref LogRetentionDays, KmsKeyId: !If [HasCustomerKey, !GetAtt CustomerKey.Arn, !Ref AWS::NoValue]}
`;
  const outputs = lines.indexOf('Outputs:');
  return [...lines.slice(0, outputs), ...group.split('\n').slice(0, -1), ...block.split('\n'), ...lines.slice(outputs)].join('\n');
}
