/** A stage's secret in Secrets Manager. Its values are never printed, and never on a command line. */
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Failure, type Stage } from '../command-line.ts';
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
    return { arn: ARN, version: VersionId, values: secretsIn(SecretString, SecretId) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Reads the secret's text. @throws Failure without a word of what is in it: a parser's own message quotes that */
export function secretsIn(text: string, name: string): AppSecrets {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    // said below
  }
  const isWhole =
    typeof values === 'object' &&
    values !== null &&
    !Array.isArray(values) &&
    Object.values(values).every((value) => typeof value === 'string');
  if (!isWhole) throw new Failure(`The secret ${name} is no JSON object of texts any more: bring its version before (AWSPREVIOUS) back.`);
  return values as AppSecrets;
}

/** Whether a stage has its secret: one that is on its way to be deleted counts as gone. */
export async function hasSecret(client: SecretsManagerClient, stage: Stage): Promise<boolean> {
  try {
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: secretName(stage) }));
    return DeletedDate === undefined;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Whoever deploys read the secret minutes ago. Keys that were rotated or made since then would be taken away from the functions again.
 * @throws Failure where another version holds now
 */
export async function ensureUnchanged(client: SecretsManagerClient, stage: Stage, known: StoredSecrets | undefined): Promise<void> {
  const now = await readSecrets(client, stage, () => undefined);
  if (now?.version !== known?.version)
    throw new Failure(
      `The secret ${secretName(stage)} has changed since this began: somebody else deploys, or rotates keys. Start again when that is done.`,
    );
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
