/** The account that a command works in. Every client honours AWS_ENDPOINT_URL, so the same commands run on an emulator. */
import { BackupClient } from '@aws-sdk/client-backup';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Misuse } from '../command-line.ts';

export interface Aws {
  region: string;
  account: string;
  cloudformation: (region?: string) => CloudFormationClient;
  cloudfront: CloudFrontClient;
  logs: (region?: string) => CloudWatchLogsClient;
  tagging: (region?: string) => ResourceGroupsTaggingAPIClient;
  s3: (region?: string) => S3Client;
  secrets: SecretsManagerClient;
  lambda: LambdaClient;
  rds: (region?: string) => RDSClient;
  backup: (region?: string) => BackupClient;
}

/**
 * The region that a stage is in: its file's. Where the file has none, the shell's.
 * @throws Misuse where there is none, or where file and shell name two: a stage in the wrong region would be a second one
 */
export function regionOf(configured: string | undefined, { AWS_REGION, AWS_DEFAULT_REGION }: Record<string, string | undefined>): string {
  const shell = AWS_REGION || AWS_DEFAULT_REGION || undefined;
  if (configured !== undefined && shell !== undefined && configured !== shell)
    throw new Misuse(`The stage is configured for ${configured}, and AWS_REGION says ${shell}: unset it, or correct the stage's file.`);
  const region = configured ?? shell;
  if (region === undefined) throw new Misuse('No region: write region into the stage’s file in config/, or set AWS_REGION.');
  return region;
}

/** What is wrong with the credentials, or undefined where an error has another reason. */
export function credentialsFault(error: unknown): string | undefined {
  const { name = '', message = '' } = (error ?? {}) as Partial<Error>;
  if (/ExpiredToken|TokenRefreshRequired/.test(name) || /expired/i.test(message)) return 'The AWS credentials have expired: sign in again.';
  if (/CredentialsProviderError/.test(name) || /could not load credentials/i.test(message))
    return 'No AWS credentials: sign in (aws sso login, aws configure), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  if (/InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId/.test(name))
    return 'AWS does not know these credentials: sign in again, or look at AWS_PROFILE and AWS_ACCESS_KEY_ID.';
  return undefined;
}

/** @throws Misuse where a stage's file names another account than the credentials are of: there the stage would be a second one, or somebody else's */
export function ensureAccount(configured: string | undefined, account: string): void {
  if (configured !== undefined && configured !== account)
    throw new Misuse(
      `The stage is configured for the account ${configured}, and these credentials are of ${account}: sign in to the other one.`,
    );
}

/**
 * @param configured the account of the stage's file
 * @throws Misuse where the credentials are missing, expired, wrong or of another account
 */
export async function connect(region: string, configured?: string): Promise<Aws> {
  const made = new Map<string, unknown>();
  // One client a service and region: each has connections of its own.
  const client = <T>(Kind: new (options: { region: string; maxAttempts: number; forcePathStyle?: boolean }) => T, where = region): T => {
    const key = `${Kind.name} ${where}`;
    // Buckets as a path, where the endpoint is an address that no bucket's name can stand before.
    const options = { region: where, maxAttempts: 6, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined };
    if (!made.has(key)) made.set(key, new Kind(options));
    return made.get(key) as T;
  };
  const { Account } = await client(STSClient)
    .send(new GetCallerIdentityCommand({}))
    .catch((error: unknown) => {
      const fault = credentialsFault(error);
      throw fault === undefined ? error : new Misuse(fault);
    });
  ensureAccount(configured, Account ?? '');
  return {
    region,
    account: Account ?? '',
    cloudformation: (where) => client(CloudFormationClient, where),
    cloudfront: client(CloudFrontClient),
    logs: (where) => client(CloudWatchLogsClient, where),
    tagging: (where) => client(ResourceGroupsTaggingAPIClient, where),
    s3: (where) => client(S3Client, where),
    secrets: client(SecretsManagerClient),
    lambda: client(LambdaClient),
    rds: (where) => client(RDSClient, where),
    backup: (where) => client(BackupClient, where),
  };
}
