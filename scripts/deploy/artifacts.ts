/** What a version is made of, in the stage's artifacts bucket: objects named by their content, and one record a version that names them. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface Artifacts {
  s3: S3Client;
  bucket: string;
}

export interface VersionRecord {
  version: string;
  /** When it was deployed the last time, ISO 8601. */
  deployedAt: string;
  /** Name of the newest migration that it knows. */
  schemaVersion: string;
  /** Key of the packaged template. */
  template: string;
  /** Keys of the SPA's files, by path. */
  site: Record<string, string>;
}

const keyOf = (contents: Uint8Array | string) => `content/${createHash('sha256').update(contents).digest('hex')}`;

/** Keeps something under its content's name; what is there already is not sent again. @returns its key */
export async function keep({ s3, bucket }: Artifacts, contents: Uint8Array | string): Promise<string> {
  const Key = keyOf(contents);
  const there = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key })).then(
    () => true,
    (error: { $metadata?: { httpStatusCode?: number } }) => {
      if (error.$metadata?.httpStatusCode === 404) return false;
      throw error;
    },
  );
  if (!there) await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: contents }));
  return Key;
}

export async function fetchObject({ s3, bucket }: Artifacts, Key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  if (Body === undefined) throw new Error(`${Key} in ${bucket} is empty`);
  return Body.transformToByteArray();
}

/** Every file below a folder, by its path with slashes. */
export function filesBelow(folder: string): Record<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path)]));
}

/** Keeps a folder. @returns the key of each file, by path */
export async function keepFolder(artifacts: Artifacts, folder: string): Promise<Record<string, string>> {
  const keys = await Promise.all(
    Object.entries(filesBelow(folder)).map(async ([path, contents]) => [path, await keep(artifacts, contents)] as const),
  );
  return Object.fromEntries(keys);
}

/** Writes a version's files into a folder. */
export async function restoreFolder(artifacts: Artifacts, keys: Record<string, string>, folder: string): Promise<void> {
  await Promise.all(
    Object.entries(keys).map(async ([path, key]) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), await fetchObject(artifacts, key));
    }),
  );
}

const recordKey = (version: string) => `versions/${version}.json`;

export async function keepVersion({ s3, bucket }: Artifacts, record: VersionRecord): Promise<void> {
  const Body = `${JSON.stringify(record, null, 2)}\n`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: recordKey(record.version), Body, ContentType: 'application/json' }));
}

async function keysBelow({ s3, bucket }: Artifacts, Prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken }));
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

/** What of a version's code and site is no longer in the bucket. @param template its packaged template, which names the code as s3://bucket/key */
export async function missingOf(artifacts: Artifacts, { site }: VersionRecord, template: string): Promise<string[]> {
  const code = template
    .split(`s3://${artifacts.bucket}/`)
    .slice(1)
    .map((rest) => rest.split(/[\s"'?#]/)[0] ?? '');
  const there = new Set([...(await keysBelow(artifacts, 'content/')), ...(await keysBelow(artifacts, 'code/'))]);
  return [...new Set([...Object.values(site), ...code])].filter((key) => !there.has(key));
}

/** Every version that was deployed, the last one first. */
export async function versions(artifacts: Artifacts): Promise<VersionRecord[]> {
  const keys = await keysBelow(artifacts, 'versions/');
  const records = await Promise.all(
    keys.map(async (key) => JSON.parse(Buffer.from(await fetchObject(artifacts, key)).toString('utf8')) as VersionRecord),
  );
  return records.sort((a, b) => b.deployedAt.localeCompare(a.deployedAt));
}
