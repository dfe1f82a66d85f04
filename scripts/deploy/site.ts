/** The SPA of a release, in the bucket that CloudFront serves. */
import type { Job } from './job.ts';
import type { Release } from './release.ts';
import { outputsOf } from './stack.ts';

/** Uploads the SPA where the stage has an edge stack. */
export async function publishSite(job: Job, release: Release): Promise<void> {
  const { SiteBucket: bucket, DistributionId: distribution } = outputsOf(job.stacks.edge);
  if (bucket === undefined || distribution === undefined) return;
  const { folder, close } = await release.openSite();
  try {
    job.say(`SPA: ${folder} to ${bucket}, ${distribution}`);
  } finally {
    close();
  }
}
