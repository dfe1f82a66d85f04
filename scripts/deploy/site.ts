/** The SPA of a release, in the bucket that CloudFront serves. */
import { uploadWeb } from '../upload-web/upload.ts';
import type { Job } from './job.ts';
import type { Release } from './release.ts';
import { outputsOf } from './stack.ts';

/** Uploads the SPA where the stage has an edge stack. */
export async function publishSite(job: Job, release: Release): Promise<void> {
  const { SiteBucket: bucket, DistributionId: distribution } = outputsOf(job.stacks.edge);
  if (bucket === undefined || distribution === undefined) return;
  const { folder, close } = await release.openSite();
  try {
    const { uploaded, deleted, invalidated } = await uploadWeb(folder, {
      s3: job.aws.s3('us-east-1'), // where the edge stack is
      cloudfront: job.aws.cloudfront,
      bucket,
      distributionId: distribution,
    });
    job.say(`SPA: ${uploaded} files sent, ${deleted} old ones deleted, ${invalidated.length} paths voided at the edge.`);
  } finally {
    close();
  }
}
