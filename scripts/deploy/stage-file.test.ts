import { describe, expect, test } from 'vitest';
import { Misuse, stages } from '../command-line.ts';
import { partsHere } from './stacks.ts';
import { nearest, readStageFile, readStageText } from './stage-file.ts';
import { readTemplate, type TemplateParameter } from './template-file.ts';

const templates: { parameters: Record<string, TemplateParameter> }[] = [
  {
    parameters: {
      Stage: { Type: 'String' },
      Egress: { Type: 'String', AllowedValues: ['nat-instance', 'ipv6'] },
      DemoData: { Type: 'String', AllowedValues: ['true', 'false'] },
      LogRetentionDays: { Type: 'Number', AllowedValues: [7, 14] },
      RateLimitPerMinute: { Type: 'Number', MinValue: 1, MaxValue: 100 },
      MailDomain: { Type: 'String', AllowedPattern: '[a-z.]+' },
      SubnetIds: { Type: 'List<AWS::EC2::Subnet::Id>' },
      OriginSecret: { Type: 'String', NoEcho: true },
    },
  },
  { parameters: { MailDomain: { Type: 'String', MaxLength: 9 } } },
];

const read = (text: string) => readStageText(text, { file: 'config/dev.yaml', templates });
const faultOf = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(Misuse);
    return (error as Error).message;
  }
  throw new Error('it was taken');
};

test('an account is 12 digits in quotes: as a number it would lose its zeros', () => {
  expect(read("account: '012345678901'").account).toBe('012345678901');
  expect(faultOf('account: 012345678901')).toContain('account must be 12 digits in quotes');
  expect(faultOf("account: 'prod'")).toContain('account must be 12 digits in quotes');
});

test('a file gives the values as CloudFormation takes them', () => {
  const text = 'region: eu-west-1\nparameters: {DemoData: true, LogRetentionDays: 7, SubnetIds: [subnet-1, subnet-2]}';
  expect(read(text)).toEqual({
    region: 'eu-west-1',
    rollbackMonitoringMinutes: 0,
    browserMonitoring: { applicationId: '', clientToken: '' },
    parameters: { DemoData: 'true', LogRetentionDays: '7', SubnetIds: 'subnet-1,subnet-2' },
  });
});

test('an empty file is a stage with all defaults', () => {
  expect(read('')).toMatchObject({ region: undefined, parameters: {} });
});

describe('a fault is one line that names the file, the place and what is right', () => {
  test.each([
    ['parameters: {Egres: ipv6}', 'config/dev.yaml: parameters.Egres is no parameter of any template (Egress?).'],
    ['parameters: {Colour: red}', 'config/dev.yaml: parameters.Colour is no parameter of any template.'],
    ['regoin: us-east-1', 'config/dev.yaml: regoin is not known.'],
    ['parameters: {Egress: nat}', 'config/dev.yaml: parameters.Egress must be one of nat-instance, ipv6, not "nat".'],
    ['parameters: {LogRetentionDays: 8}', 'config/dev.yaml: parameters.LogRetentionDays must be one of 7, 14, not "8".'],
    ['parameters: {RateLimitPerMinute: many}', 'config/dev.yaml: parameters.RateLimitPerMinute must be a number, not "many".'],
    ['parameters: {RateLimitPerMinute: 0}', 'config/dev.yaml: parameters.RateLimitPerMinute must be at least 1, not "0".'],
    ['parameters: {RateLimitPerMinute: 101}', 'config/dev.yaml: parameters.RateLimitPerMinute must be at most 100, not "101".'],
    ['parameters: {MailDomain: UPPER}', 'config/dev.yaml: parameters.MailDomain must match [a-z.]+, not "UPPER".'],
    [
      'parameters: {MailDomain: too.long.example}',
      'config/dev.yaml: parameters.MailDomain must have at most 9 characters, not "too.long.example".',
    ],
    ['parameters: {Stage: prod}', 'config/dev.yaml: parameters.Stage is found out by deploying, and may not be set.'],
    ['parameters: {OriginSecret: abc}', 'config/dev.yaml: parameters.OriginSecret is found out by deploying, and may not be set.'],
    ['parameters: {Egress: {a: 1}}', 'config/dev.yaml: parameters.Egress must be a text, a number, true or false.'],
    ['region: mars', 'config/dev.yaml: region must be the name of a region, such as us-east-1.'],
    ['parameters: {Egres: a, Egress: b}', 'parameters.Egress must be one of'],
    ['a: [', 'config/dev.yaml is not YAML'],
  ])('%s', (text, fault) => {
    expect(faultOf(text)).toContain(fault);
    expect(faultOf(text)).not.toContain('\n');
  });
});

test('what is meant by a mistyped word is the nearest name, and none where nothing is near', () => {
  expect(nearest('demodata', ['DemoData', 'DatadogSite'])).toBe('DemoData');
  expect(nearest('Sizng', ['Sizing', 'Stage'])).toBe('Sizing');
  expect(nearest('Colour', ['DemoData', 'Egress'])).toBeUndefined();
});

test.each(stages)('config/%s.yaml is right', (stage) => {
  const file = readStageFile(
    stage,
    partsHere().map(({ template }) => readTemplate(template)),
  );
  expect(file.region).toBeDefined();
  expect(stage === 'prod' && file.parameters.DemoData === 'true').toBe(false);
  // docs/runbooks/recovery.md counts on it: prod's backups are in a second region too.
  const { RecoveryRegion } = file.parameters;
  expect(stage === 'prod' && (RecoveryRegion === undefined || RecoveryRegion === file.region)).toBe(false);
});

test('a file that is not there is one sentence', () => {
  expect(() => readStageFile('dev', templates, 'no/such/file.yaml')).toThrow(
    'no/such/file.yaml cannot be read: it configures the stage dev.',
  );
});
