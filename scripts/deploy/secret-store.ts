/** A stage's secret in Secrets Manager. Its values are never printed, and never on a command line. */
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Stage } from '../command-line.ts';
import type { AppSecrets } from './app-secrets.ts';
import { tagsOf } from './stacks.ts';

export interface StoredSecrets {
  arn: string;
  /** Of the version that holds now. A parameter of every reference to the secret, so that a new version reaches the functions. */
  version: string;
  values: AppSecrets;
}

export const secretName = (stage: Stage): string => `kelvo/${stage}/app`;

const isMissing = (error: unknown) => (error as Error).name === 'ResourceNotFoundException';

/** The stage's secrets; undefined where it has none yet. One that is about to be deleted is taken back, and that is said. */
export async function readSecrets(
  client: SecretsManagerClient,
  stage: Stage,
  say: (line: string) => void,
): Promise<StoredSecrets | undefined> {
  const SecretId = secretName(stage);
  try {
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId }));
    if (DeletedDate !== undefined) {
      await client.send(new RestoreSecretCommand({ SecretId }));
      say(`The secret ${SecretId} was about to be deleted: it is taken back, with its keys.`);
    }
    const { ARN = '', VersionId = '', SecretString = '{}' } = await client.send(new GetSecretValueCommand({ SecretId }));
    return { arn: ARN, version: VersionId, values: JSON.parse(SecretString) as AppSecrets };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Keeps values as the version that holds from now on; makes the secret where there is none. Equal values make no new version. */
export async function keepSecrets(
  client: SecretsManagerClient,
  stage: Stage,
  { now, values }: { now: StoredSecrets | undefined; values: AppSecrets },
): Promise<StoredSecrets> {
  if (now !== undefined && sameValues(now.values, values)) return now;
  const SecretString = JSON.stringify(values);
  if (now !== undefined) {
    const { VersionId = '' } = await client.send(new PutSecretValueCommand({ SecretId: now.arn, SecretString }));
    return { arn: now.arn, version: VersionId, values };
  }
  const Tags = Object.entries(tagsOf(stage)).map(([Key, Value]) => ({ Key, Value }));
  const Description = 'Keys of the shop, made by npm run deploy. npm run keys:rotate replaces them.';
  const { ARN = '', VersionId = '' } = await client.send(
    new CreateSecretCommand({ Name: secretName(stage), Description, SecretString, Tags }),
  );
  return { arn: ARN, version: VersionId, values };
}

const sameValues = (a: AppSecrets, b: AppSecrets) => {
  const sorted = (values: AppSecrets) => JSON.stringify(Object.entries(values).sort(([x], [y]) => x.localeCompare(y)));
  return sorted(a) === sorted(b);
};
