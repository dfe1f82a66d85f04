// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these placeholders are CloudFormation's
import { describe, expect, it } from 'vitest';
import { evaluateTemplate, type Given } from './template.ts';

const template = (variables: string, more = '') => `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String, Default: dev }
  SecretsArn: { Type: String }
  Zones: { Type: CommaDelimitedList, Default: 'a,b,c' }
Mappings:
  Sizes:
    dev: { Memory: 512 }
    local: { Memory: 256 }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsNotProd: !Not [!Condition IsProd]
  Either: !Or [!Condition IsProd, !Equals [!Ref Stage, local]]
  Neither: !And [!Condition IsProd, !Condition Either]
  Both: { 'Fn::And': [{ Condition: IsNotProd }, { Condition: Either }] }
Globals:
  Function:
    Timeout: 10
    MemorySize: !FindInMap [Sizes, !Ref Stage, Memory]
    Handler: index.handler
    Environment:
      Variables:
        STAGE: !Ref Stage
${variables}
Resources:
  Bus: { Type: AWS::Events::EventBus }
  CatalogGetProduct:
    Type: AWS::Serverless::Function
    Metadata: { SkipBuild: true }
    Properties:
      FunctionName: !Sub ['rumshop-catalog-get-product-\${S}', { S: !Ref Stage }]
      CodeUri: dist/CatalogGetProduct
      Events:
        Get: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: get, Path: '/api/products/{id}' } }
  Api: { Type: AWS::Serverless::HttpApi }
${more}`;

const read = (variables: string, given: Given = {}, more = '') =>
  evaluateTemplate(template(variables, more), { parameters: { Stage: 'local' }, ...given });
const variable = (value: string, given: Given = {}) => read(`        X: ${value}`, given).functions[0]?.environment.X;

describe('the template reader', () => {
  it('reads a function with what Globals add to it', () => {
    expect(read('').functions).toEqual([
      {
        logicalId: 'CatalogGetProduct',
        name: 'rumshop-catalog-get-product-local',
        codeUri: 'dist/CatalogGetProduct',
        handler: 'index.handler',
        timeoutSeconds: 10,
        memory: 256,
        environment: { STAGE: 'local' },
        routes: [{ method: 'GET', path: '/api/products/{id}' }],
        schedules: [],
      },
    ]);
  });

  it.each([
    ['!Ref Bus', 'Bus'],
    ['!GetAtt Bus.Arn', 'arn:aws:events:us-east-1:000000000000:Bus'],
    ["{ 'Fn::GetAtt': [Bus, Name] }", 'Bus.Name'],
    [
      "!Sub 'https://${AWS::Region}.${Stage}.${Bus.Arn}/${!Literal}'",
      'https://us-east-1.local.arn:aws:events:us-east-1:000000000000:Bus/${Literal}',
    ],
    ["!Join ['-', [a, !Ref Stage]]", 'a-local'],
    ["!Select [1, !Split ['.', x.y.z]]", 'y'],
    ['!Select [2, !Ref Zones]', 'c'],
    ['!If [IsProd, yes, no]', 'no'],
    ['!If [IsNotProd, !Ref Stage, no]', 'local'],
    ['!If [Both, 1, 2]', '1'],
    ['!If [Neither, 1, 2]', '2'],
    ['!If [IsProd, x, !Ref AWS::NoValue]', undefined],
    ['true', 'true'],
    ["'{{resolve:secretsmanager:kelvo/app:SecretString:orderTokenKey}}'", 's3cret'],
    ["!Sub '{{resolve:secretsmanager:${Bus}:SecretString:orderTokenKey::}}'", 's3cret'],
  ])('evaluates %s', (value, expected) => {
    expect(variable(value, { secrets: { orderTokenKey: 's3cret' } })).toBe(expected);
  });

  it.each([
    ['!Refs Bus', 'unknown tag !Refs on line 26'],
    ["{ 'Fn::Nope': 1 }", 'unknown intrinsic Fn::Nope at Resources.CatalogGetProduct.Properties.Environment.Variables.X'],
    ['!ImportValue x', 'unknown intrinsic Fn::ImportValue at Resources.CatalogGetProduct'],
    ['!Ref SecretsArn', 'parameter SecretsArn has neither a default nor a local value, at Resources.CatalogGetProduct'],
    ['!Ref Nobody', 'Ref to unknown Nobody at Resources.CatalogGetProduct.Properties.Environment.Variables.X'],
    ['!GetAtt Nobody.Arn', 'Fn::GetAtt of unknown resource Nobody'],
    ['!If [Perhaps, 1, 2]', 'unknown condition Perhaps'],
    ["'{{resolve:secretsmanager:a:SecretString:b}}'", 'no local value for {{resolve:secretsmanager:a:SecretString:b}}'],
    ['!FindInMap [Sizes, local, Colour]', 'Fn::FindInMap finds no Sizes.local.Colour'],
    ['[unclosed', 'the template is not YAML'],
  ])('refuses %s', (value, message) => {
    expect(() => variable(value)).toThrow(message);
  });

  it('takes a local value without evaluating what the template says', () => {
    expect(variable("'{{resolve:secretsmanager:a:SecretString:b}}'", { variables: { X: 'mine' } })).toBe('mine');
  });

  it('refuses a value for a parameter that the template lacks', () => {
    expect(() => evaluateTemplate(template(''), { parameters: { Stagge: 'local' } })).toThrow('no parameter Stagge');
  });

  it('reads schedules and the default route, and leaves out functions whose condition is false', () => {
    const more = `
  Fallback:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: dist/Fallback, Events: { All: { Type: HttpApi, Properties: { Path: $default } } } }
  Bare:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: dist/Bare, Events: { All: { Type: HttpApi } } }
  OrdersExpire:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: dist/OrdersExpire
      Timeout: 60
      Events:
        Tick: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 minute), Input: '{"time":"<aws.scheduler.scheduled-time>"}' } }
        Old: { Type: Schedule, Properties: { Schedule: rate(2 hours), Name: old } }
        Off: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 day), State: DISABLED } }
  OnlyProd:
    Type: AWS::Serverless::Function
    Condition: IsProd
    Properties: { CodeUri: dist/OnlyProd }`;
    const [, fallback, bare, expire, ...rest] = read('', {}, more).functions;
    expect(rest).toEqual([]);
    expect(fallback?.routes).toEqual([{ method: 'ANY', path: '$default' }]);
    expect(bare?.routes).toEqual([{ method: 'ANY', path: '$default' }]);
    expect(expire?.timeoutSeconds).toBe(60);
    expect(expire?.schedules).toEqual([
      { name: 'OrdersExpireTick', expression: 'rate(1 minute)', input: '{"time":"<aws.scheduler.scheduled-time>"}' },
      { name: 'old', expression: 'rate(2 hours)' },
    ]);
  });
});
