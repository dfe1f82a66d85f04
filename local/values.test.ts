import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localSecrets } from './secrets.ts';
import { readLocalStack } from './values.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kelvo-values-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const templateWith = (extra = '') => {
  const file = join(folder, 'template.yaml');
  writeFileSync(
    file,
    `
Parameters: { Stage: { Type: String, Default: dev } }
Globals: { Function: { Handler: index.handler, Environment: { Variables: { STAGE: !Ref Stage, A: cloud, B: cloud, C: cloud } } } }
Resources:
  F: { Type: AWS::Serverless::Function, Properties: { CodeUri: dist/F } }
  G: { Type: AWS::Serverless::Function, Properties: { CodeUri: dist/G${extra} } }`,
  );
  return file;
};
const stage = { Stage: 'local' };

describe('local values', () => {
  it('rank shell over local over template, and leave the rest of the shell out', () => {
    const { env } = readLocalStack(
      templateWith(),
      { A: 'local', B: 'local' },
      { A: 'shell', PATH: '/bin', AWS_REGION: 'eu-west-1' },
      stage,
    );
    expect(env).toEqual({ STAGE: 'local', A: 'shell', B: 'local', C: 'cloud', TZ: 'UTC', AWS_REGION: 'eu-west-1' });
  });

  it('name only variables that the template declares', () => {
    expect(() => readLocalStack(templateWith(), { A: '1', TYPO: '2' }, {}, stage)).toThrow('does not declare: TYPO');
  });

  it('mean the same in every function', () => {
    const differing = templateWith(', Environment: { Variables: { C: other } }');
    expect(() => readLocalStack(differing, {}, {}, stage)).toThrow('the variable C differs between F and G');
  });
});

describe('local secrets', () => {
  it('are made once, and are for the owner alone', () => {
    const made = localSecrets(folder);
    expect(made.ORDER_TOKEN_KEY).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(localSecrets(folder)).toEqual(made);
  });

  it('keep what the file has besides', () => {
    writeFileSync(join(folder, 'secrets.json'), '{"OTHER":"x"}');
    expect(localSecrets(folder)).toMatchObject({ OTHER: 'x', ORDER_TOKEN_KEY: expect.any(String) });
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).toContain('OTHER');
  });

  it('in a damaged file are an error that says what to do', () => {
    writeFileSync(join(folder, 'secrets.json'), '{');
    expect(() => localSecrets(folder)).toThrow('is not JSON: remove it');
  });
});
