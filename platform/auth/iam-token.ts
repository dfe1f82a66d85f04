import { aws } from '../config.ts';

/**
 * A sign-in token for a store that takes IAM instead of a password: a presigned URL without its scheme, valid for 15 minutes.
 * Signing is local; no call is made.
 * @param host what the signature names: an RDS endpoint with its port, or an ElastiCache cluster's name
 */
export async function iamToken(service: 'rds-db' | 'elasticache', host: string, query: Record<string, string>): Promise<string> {
  const url = new URL(`https://${host}/`);
  url.search = new URLSearchParams({ ...query, 'X-Amz-Expires': '900' }).toString();
  const { AwsV4Signer } = await import('aws4fetch'); // loaded only where a store takes IAM
  const signer = new AwsV4Signer({ ...aws, url: url.href, service, signQuery: true, method: 'GET' });
  return (await signer.sign()).url.href.slice('https://'.length);
}
