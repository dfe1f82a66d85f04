import { describe, expect, test } from 'vitest';
import { type Job, wantedFor } from './job.ts';
import { readTemplateText } from './template-file.ts';

const text = `
Parameters: {Instrumentation: {Type: String, Default: remote}}
Globals: {Function: {Handler: index.handler}}
Conditions: {Never: !Equals [a, b]}
Resources:
  CartAddItem: {Type: AWS::Serverless::Function, Metadata: {Canary: true}, Properties: {CodeUri: s3://a/b}}
`;

const app = { part: 'app', template: 'template.yaml', about: 'API' };
const job = (parameters: Record<string, string>): Job => ({
  stage: 'dev',
  aws: {} as Job['aws'],
  file: { parameters, browserMonitoring: { applicationId: '', clientToken: '' }, rollbackMonitoringMinutes: 0 } as Job['file'],
  bootstrap: {},
  parts: [app],
  templates: { app: readTemplateText('template.yaml', text) },
  stacks: {},
  release: undefined,
  heedsAlarms: true,
  secrets: undefined,
  signal: new AbortController().signal,
  say: () => undefined,
});
const textWith = async (parameters: Record<string, string>) => (await wantedFor(job(parameters), app, async () => '')).text;

describe("the app's template", () => {
  test('is deployed with its canaries in mode layer, and as it is in the others', async () => {
    expect(await textWith({})).toBe(text);
    expect(await textWith({ Instrumentation: 'xray' })).toBe(text);
    expect(JSON.parse(await textWith({ Instrumentation: 'layer' })).Resources.CartAddItem.Properties).toMatchObject({
      AutoPublishAlias: 'live',
    });
  });
});

test('alarms that fire take a change of the app back, but not what somebody mends by', async () => {
  const stands = job({ Instrumentation: 'layer' });
  stands.stacks.observability = {
    StackName: 'o',
    CreationTime: new Date(),
    StackStatus: 'UPDATE_COMPLETE',
    Outputs: [{ OutputKey: 'RollbackAlarmArns', OutputValue: 'a,b' }],
  };
  const rollback = async (heedsAlarms: boolean) => (await wantedFor({ ...stands, heedsAlarms }, app, async () => '')).rollback?.alarms;
  expect(await rollback(true)).toEqual(['a', 'b']);
  expect(await rollback(false)).toEqual([]);
});
