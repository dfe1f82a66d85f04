/** infra/cost.yaml: who hears of costs, and that the topic and its key let them speak. */
import { describe, expect, test } from 'vitest';
import type { Tree } from '#local/template-values.ts';
import { parseTemplate } from '#local/template-yaml.ts';
import { tagsOf } from '../../scripts/deploy/stacks.ts';
import { resourcesOfStage } from '../../scripts/finops/stage-resources.ts';
import { evaluateResources } from '../../scripts/templates-check/evaluated.ts';
import { read } from './support/sources.ts';

type Source = Parameters<typeof evaluateResources>[0];
const source = parseTemplate(read('infra/cost.yaml')) as Source;
const topic = 'arn:aws:sns:us-east-1:000000000000:kelvo-dev-alerts';
const made = (more: Record<string, string> = {}) => evaluateResources(source, { Stage: 'dev', AlertsTopicArn: topic, ...more });

interface Budget {
  Budget: { BudgetLimit: object; FilterExpression?: { And: { Tags: { Key: string; Values: string[] } }[] }; TimeUnit: string };
  NotificationsWithSubscribers: { Notification: { NotificationType: string; Threshold: number }; Subscribers: { Address: string }[] }[];
}
const budgetOf = (resources: ReturnType<typeof made>) => resources.Month?.Properties as Tree & Budget;

describe('the budget', () => {
  test('is the month’s, and tells of a forecast above it and of 80 and 100 % spent', () => {
    const { Budget, NotificationsWithSubscribers } = budgetOf(made({ BudgetUsd: '150' }));
    expect(Budget).toMatchObject({ BudgetLimit: { Amount: '150', Unit: 'USD' }, TimeUnit: 'MONTHLY' });
    expect(
      NotificationsWithSubscribers.map(({ Notification, Subscribers }) => [
        Notification.NotificationType,
        Notification.Threshold,
        Subscribers[0]?.Address,
      ]),
    ).toEqual([
      ['FORECASTED', 100, topic],
      ['ACTUAL', 80, topic],
      ['ACTUAL', 100, topic],
    ]);
  });

  test('counts exactly what has the tags that a deploy gives to a stage, or the whole account', () => {
    const tags = budgetOf(made()).Budget.FilterExpression?.And.map(({ Tags: { Key, Values } }) => [Key, ...Values]);
    expect(Object.fromEntries(tags ?? [])).toEqual(tagsOf('dev'));
    expect(budgetOf(made({ BudgetByTags: 'false' })).Budget.FilterExpression).toBeUndefined();
  });
});

describe('anomalies', () => {
  test('are told of where the account has a monitor and the stage wants to hear', () => {
    const { Anomalies } = made({ AnomalyMonitorArn: 'arn:monitor', AnomalyUsd: '25' });
    expect(Anomalies?.Properties).toMatchObject({
      MonitorArnList: ['arn:monitor'],
      Frequency: 'IMMEDIATE',
      Subscribers: [{ Type: 'SNS', Address: topic }],
    });
    expect(JSON.parse(String(Anomalies?.Properties.ThresholdExpression))).toEqual({
      Dimensions: { Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE', MatchOptions: ['GREATER_THAN_OR_EQUAL'], Values: ['25'] },
    });
  });

  test('are not, without a monitor or at 0 USD', () => {
    expect(made().Anomalies).toBeUndefined();
    expect(made({ AnomalyMonitorArn: 'arn:monitor', AnomalyUsd: '0' }).Anomalies).toBeUndefined();
  });
});

test('budgets and anomalies of this account may publish to the encrypted topic, and nobody else’s', () => {
  const { resources } = resourcesOfStage({ Stage: 'dev' });
  const propertiesOf = (id: string) => resources.find((resource) => resource.id === id)?.Properties ?? {};
  const speaks = (document: unknown, action: string) =>
    (
      document as {
        Statement: { Effect: string; Principal: { Service?: string | string[] }; Action: string | string[]; Condition?: object }[];
      }
    ).Statement.filter(
      ({ Effect, Principal: { Service = [] }, Action }) =>
        Effect === 'Allow' &&
        [Service].flat().includes('budgets.amazonaws.com') &&
        [Service].flat().includes('costalerts.amazonaws.com') &&
        [Action].flat().includes(action),
    ).map(({ Condition }) => Condition);
  const own = { StringEquals: { 'aws:SourceAccount': '000000000000' } };
  expect(speaks(propertiesOf('AlertsTopicPolicy').PolicyDocument, 'sns:Publish')).toEqual([own]);
  expect(speaks(propertiesOf('AlertsKey').KeyPolicy, 'kms:GenerateDataKey*')).toEqual([own]);
});
