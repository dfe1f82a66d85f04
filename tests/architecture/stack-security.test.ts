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
});
