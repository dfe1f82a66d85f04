// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these placeholders are CloudFormation's
import { describe, expect, test } from 'vitest';
import { evaluateTemplate } from '#local/template.ts';
import type { Tree } from '#local/template-values.ts';
import { canaryProperties } from './canary-parts.ts';
import { appTemplateText, readAppTemplate } from './read.ts';
import { canaryIds, withCanaries } from './with-canaries.ts';

const template = readAppTemplate();
const layers = { DatadogNodeLayerArn: 'arn:node', DatadogExtensionLayerArn: 'arn:extension', DatadogApiKeySecretArn: 'arn:key' };
const parameters = { ...layers, Instrumentation: 'layer', Stage: 'staging', NameSuffix: '-staging', Version: 'a', SecretsVersion: 'v1' };
const layered = withCanaries(template, parameters);
/** The functions that move money or sign people in, where a fault costs most, and the one that a purchase begins with. */
const chosen = [
  ...['AuthLogin', 'AuthRefresh', 'CartAddItem', 'OrdersCancelOrder', 'OrdersPlaceOrder'],
  ...['PaymentsConfirmPayment', 'PaymentsCreateIntent', 'PaymentsPaymentWebhook', 'PaymentsRefundOrder'],
];
const configurations = (more: Record<string, string>) => {
  const { Resources } = withCanaries(template, { ...parameters, ...more });
  return Object.fromEntries(chosen.map((id) => [id, Resources[id]?.Properties?.Description]));
};

describe('canaries', () => {
  test('are for the functions that move money or sign people in, and for the one that fills carts', () => {
    expect(canaryIds(template).sort()).toEqual(chosen);
  });

  test.each(['remote', 'xray', 'none'])('are not in mode %s: the template is as it is written', (Instrumentation) => {
    expect(withCanaries(template, { ...parameters, Instrumentation })).toBe(template);
    expect(JSON.stringify(template)).not.toMatch(/AutoPublishAlias|DeploymentPreference|AWS::CodeDeploy/);
  });

  test('come into a template that was packaged, too', () => {
    const text = JSON.stringify(template);
    expect(JSON.parse(appTemplateText(text, parameters))).toEqual(JSON.parse(JSON.stringify(layered)));
    expect(appTemplateText(text, { ...parameters, Instrumentation: 'remote' })).toBe(text);
  });

  test('have all that a canary has, and the other functions nothing of it', () => {
    const properties = Object.keys(canaryProperties('X', ''));
    for (const [id, { Type, Properties = {} }] of Object.entries(layered.Resources)) {
      if (Type !== 'AWS::Serverless::Function') continue;
      const own = properties.filter((name) => name in Properties && name !== 'Description');
      expect({ id, own: own.length }).toEqual({ id, own: chosen.includes(id) ? properties.length - 1 : 0 });
    }
  });

  test('go back when their own version fails, or the alarms of the API ring where these are there', () => {
    expect(canaryProperties('OrdersPlaceOrder', '').DeploymentPreference).toMatchObject({
      Alarms: {
        'Fn::If': [
          'HasCanaryAlarms',
          [{ Ref: 'OrdersPlaceOrderErrors' }, { 'Fn::Sub': 'kelvo-${Stage}-api-failures' }, { 'Fn::Sub': 'kelvo-${Stage}-api-slow' }],
          [{ Ref: 'OrdersPlaceOrderErrors' }],
        ],
      },
    });
    expect(layered.Resources.OrdersPlaceOrderErrors?.Properties).toMatchObject({
      AlarmName: { 'Fn::Sub': 'kelvo-${Stage}-canary-orders-place-order' },
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [
        { Name: 'FunctionName', Value: { Ref: 'OrdersPlaceOrder' } },
        { Name: 'Resource', Value: { 'Fn::Sub': '${OrdersPlaceOrder}:live' } },
        { Name: 'ExecutedVersion', Value: { 'Fn::GetAtt': ['OrdersPlaceOrder.Version', 'Version'] } },
      ],
    });
  });

  test.each([
    ['Version', 'b', []],
    ['SecretsVersion', 'v2', ['CartAddItem']], // which has no secret
    ['LogLevel', 'DEBUG', []],
    ['DatadogSite', 'datadoghq.eu', []],
  ] as [string, string, string[]][])(
    'publish a version when the parameter %s changes: SAM alone would not see it',
    (name, value, unchanged) => {
      const [before, after] = [configurations({}), configurations({ [name]: value })];
      expect(chosen.filter((id) => before[id] === after[id])).toEqual(unchanged);
    },
  );

  test('publish none when a parameter changes that is not theirs', () => {
    expect(configurations({ LogRetentionDays: '7', OrderEventsShards: '2' })).toEqual(configurations({}));
    expect(Object.values(configurations({}))).not.toContain(undefined);
  });

  test('shift traffic by a role that moves these aliases alone', () => {
    const { Policies } = (layered.Resources.ShiftsTraffic?.Properties ?? {}) as { Policies: { PolicyDocument: { Statement: Tree[] } }[] };
    const [policy] = Policies;
    const [moves, looks] = policy?.PolicyDocument.Statement ?? [];
    expect(
      JSON.stringify(moves?.Resource)
        .match(/\w+(?=\.Arn\})|(?<=GetAtt":\[")\w+/g)
        ?.sort(),
    ).toEqual([...chosen, ...chosen].sort());
    expect(looks?.Action).toBe('cloudwatch:DescribeAlarms');
    expect(layered.Resources.ShiftsTraffic?.Properties?.PermissionsBoundary).toEqual(
      template.Resources.UsesStores?.Properties?.PermissionsBoundary,
    );
  });

  test('change nothing for the local gateway and sam local, which know no versions', () => {
    const given = { parameters: { Stage: 'local', NameSuffix: '-local', Instrumentation: 'none' } };
    const read = (text: string) => {
      const variables = Object.fromEntries([...text.matchAll(/"([A-Z][A-Z0-9_]+)":/g)].map(([, name]) => [name as string, 'x']));
      return evaluateTemplate(text, { ...given, variables });
    };
    expect(read(JSON.stringify(layered))).toEqual(read(JSON.stringify(template)));
  });
});
