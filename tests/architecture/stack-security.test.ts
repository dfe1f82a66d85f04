import { describe, expect, test } from 'vitest';
import { propertiesOf, template, templateFunctions, valueWith } from './support/template.ts';

const roles = Object.keys(template.Resources).filter((id) => template.Resources[id]?.Type === 'AWS::IAM::Role');
const text = JSON.stringify(template);
/** Every reference to a secret, up to where the next one begins or the text ends. */
const references = text.split('{{resolve:').slice(1);

describe('a stack', () => {
  test('refers to a secret with its version, so that functions are updated when it is rotated', () => {
    expect(references.length).toBeGreaterThan(20);
    const versioned = /^secretsmanager:\$\{SecretsArn\}:SecretString:\w+::\$\{SecretsVersion\}\}\}/;
    expect(references.filter((reference) => !versioned.test(reference)).map((reference) => reference.slice(0, 80))).toEqual([]);
    const variables = (SecretsVersion: string) =>
      Object.keys(templateFunctions).map((id) =>
        JSON.stringify(
          valueWith(
            { SecretsArn: 'arn:secret', SecretsVersion, PaymentProvider: 'stripe', MailTransport: 'smtp' },
            JSON.parse(JSON.stringify(propertiesOf(id).Environment ?? {}).replaceAll('{{resolve:', '{{')),
          ),
        ),
      );
    const [before, after] = [variables('v1'), variables('v2')];
    const withSecrets = before.filter((each) => each.includes('{{secretsmanager'));
    expect(withSecrets.length).toBeGreaterThan(10);
    expect(before.filter((each, i) => each === after[i] && each.includes('{{secretsmanager'))).toEqual([]);
  });

  test('bounds every role where the account asks for it, and none elsewhere', () => {
    expect(roles.length).toBeGreaterThan(10);
    const bounds = (PermissionsBoundaryArn: string) => [
      ...new Set(roles.map((id) => valueWith({ PermissionsBoundaryArn }, propertiesOf(id).PermissionsBoundary))),
    ];
    expect(bounds('arn:aws:iam::000000000000:policy/bound')).toEqual(['arn:aws:iam::000000000000:policy/bound']);
    expect(bounds('')).toEqual([undefined]);
  });

  test('has every function checked for its signature where a configuration says by whom', () => {
    const { CodeSigningConfigArn: given } = template.Globals.Function;
    expect(valueWith({ CodeSigningConfigArn: 'arn:signing' }, given)).toBe('arn:signing');
    expect(valueWith({}, given)).toBeUndefined();
    expect(Object.keys(templateFunctions).filter((id) => 'CodeSigningConfigArn' in propertiesOf(id))).toEqual([]);
  });

  describe('with a key of its own', () => {
    const own = { EncryptionKey: 'own' };
    /** The properties by which something says its key, by type. */
    const keyOf: Record<string, string> = {
      'AWS::Logs::LogGroup': 'KmsKeyId',
      'AWS::SQS::Queue': 'KmsMasterKeyId',
      'AWS::Kinesis::Stream': 'StreamEncryption',
    };
    const encrypted = Object.entries(template.Resources).flatMap(([id, { Type }]) =>
      keyOf[Type] === undefined ? [] : [{ id, key: keyOf[Type] }],
    );

    test('encrypts every log group, queue and stream, and the variables of every function, by it', () => {
      expect(encrypted.length).toBeGreaterThan(20);
      const faults = encrypted.filter(
        ({ id, key }) => !JSON.stringify(valueWith(own, propertiesOf(id)[key]) ?? '').includes('CustomerKey'),
      );
      expect(faults).toEqual([]);
      expect(valueWith(own, template.Globals.Function.KmsKeyArn)).toContain('CustomerKey');
      expect(Object.keys(templateFunctions).filter((id) => 'KmsKeyArn' in propertiesOf(id))).toEqual([]);
    });

    test('and by AWS’s otherwise, at no cost', () => {
      expect(JSON.stringify(encrypted.map(({ id }) => valueWith({}, propertiesOf(id))))).not.toContain('CustomerKey');
      expect(valueWith({}, template.Globals.Function.KmsKeyArn)).toBeUndefined();
    });

    test('lets use it who sends to, or reads from, what it encrypts', () => {
      const uses = (id: string, document: unknown) => {
        const { Statement } = valueWith(own, document) as { Statement: { Action: string | string[]; Resource?: unknown }[] };
        const of = Statement.filter(({ Resource }) => String(Resource).includes('CustomerKey')).flatMap(({ Action }) => Action);
        return of.length === 0 ? [] : [`${id}: ${of.sort().join()}`];
      };
      const documents = Object.entries(template.Resources).flatMap(([id, { Properties = {} }]) => [
        ...(Properties.PolicyDocument === undefined || id === 'QueuePolicy' ? [] : uses(id, Properties.PolicyDocument)),
        ...((Properties.Policies ?? []) as { PolicyDocument: unknown }[]).flatMap(({ PolicyDocument }) => uses(id, PolicyDocument)),
      ]);
      // Reading: every function may decrypt, for its variables. Writing: what sends to a queue or the stream in our name.
      expect(documents.sort()).toEqual([
        'ReadOrderEvents: kms:GenerateDataKey',
        'RedriveDeadLetters: kms:GenerateDataKey',
        'SendTelemetry: kms:Decrypt',
        'WritesOrderEvents: kms:GenerateDataKey',
      ]);
    });
  });
});
