/** Brings a built SPA into the bucket that CloudFront serves. Stopped anywhere, the next run goes on; the old pages stay until the new files are there. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { cacheControlOf, contentTypeOf, isForShoppers, notFoundKey, planUpload, type RemoteFile, type Unused, unusedKey } from './plan.ts';

export interface UploadTarget {
  s3: S3Client;
  cloudfront: CloudFrontClient;
  bucket: string;
  distributionId: string;
}

export interface Uploaded {
  uploaded: number;
  deleted: number;
  /** Paths that were voided at the edge. */
  invalidated: string[];
}

/** Sent at the same time. */
const atOnce = 8;

/**
 * @param folder a built `dist/web`
 * @throws Error where the folder holds no SPA, and whatever S3 or CloudFront refuse
 */
export async function uploadWeb(
  folder: string,
  { s3, cloudfront, bucket, distributionId }: UploadTarget,
  now = new Date(),
): Promise<Uploaded> {
  const files = filesOf(folder);
  const before = await readUnused(s3, bucket);
  const { uploads, deletes, invalidations, unused } = planUpload(
    [...files].map(([key, bytes]) => ({ key, md5: createHash('md5').update(bytes).digest('hex') })),
    await listed(s3, bucket),
    before,
    now,
  );
  for (const group of uploads) {
    await inTurns(group, (key) =>
      s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: files.get(key) as Buffer,
          CacheControl: cacheControlOf(key),
          ContentType: contentTypeOf(key),
          // infra/edge/page-status.js turns this into the answer's status.
          ...(key === notFoundKey && { Metadata: { status: '404' } }),
        }),
      ),
    );
  }
  for (let i = 0; i < deletes.length; i += 1_000) {
    const Objects = deletes.slice(i, i + 1_000).map((Key) => ({ Key }));
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
    if (Errors[0]) throw new Error(`S3 does not delete ${Errors[0].Key} of ${bucket}: ${Errors[0].Message}`);
  }
  if (JSON.stringify(unused) !== JSON.stringify(before)) {
    const Body = JSON.stringify(unused);
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: unusedKey, Body, ContentType: 'application/json', CacheControl: 'no-cache' }),
    );
  }
  if (invalidations.length > 0) {
    const Paths = { Quantity: invalidations.length, Items: invalidations };
    const CallerReference = now.toISOString();
    await cloudfront.send(new CreateInvalidationCommand({ DistributionId: distributionId, InvalidationBatch: { CallerReference, Paths } }));
  }
  return { uploaded: uploads.flat().length, deleted: deletes.length, invalidated: invalidations };
}

/** What shoppers get of a folder, by key, with the page for paths that there are not: the SPA's own, under another name. */
export function filesOf(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = new Map(
    names
      .map((name) => [relative(folder, name).split(sep).join('/'), name] as const)
      .filter(([key]) => isForShoppers(key))
      .map(([key, name]) => [key, readFileSync(name)]),
  );
  const index = files.get('index.html');
  if (index === undefined) throw new Error(`${folder} holds no index.html: npm run build:web makes it`);
  return files.set(notFoundKey, index);
}

async function listed(s3: S3Client, bucket: string): Promise<RemoteFile[]> {
  const found: RemoteFile[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket }))
    for (const { Key, ETag } of Contents) found.push({ key: Key ?? '', etag: ETag ?? '' });
  return found;
}

async function readUnused(s3: S3Client, bucket: string): Promise<Unused> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: unusedKey }));
    return JSON.parse((await Body?.transformToString()) ?? '{}');
  } catch (error) {
    // Not there at first; broken by somebody's hand, times begin anew.
    if (error instanceof NoSuchKey || error instanceof SyntaxError) return {};
    throw error;
  }
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of left) await work(item);
    }),
  );
}
