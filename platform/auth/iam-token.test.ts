import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { canonicalQuery, signatureOf } from '#tests/support/signatures.ts';
import { aws } from '../config.ts';
import { iamToken } from './iam-token.ts';

it('an IAM token is a presigned URL without its scheme, good for 15 minutes, signed for the host and the service that it names', async () => {
  const token = new URL(`https://${await iamToken('elasticache', 'kelvo-cache', { Action: 'connect', User: 'kelvo-app' })}`);
  expect(token.host).toBe('kelvo-cache');
  const { 'X-Amz-Signature': signature, ...query } = Object.fromEntries(token.searchParams);
  expect(query).toMatchObject({ Action: 'connect', User: 'kelvo-app', 'X-Amz-Expires': '900', 'X-Amz-SignedHeaders': 'host' });

  // Signature Version 4, by the book.
  const date = query['X-Amz-Date'] as string;
  const scope = `${date.slice(0, 8)}/${aws.region}/elasticache/aws4_request`;
  const request = ['GET', '/', canonicalQuery(Object.entries(query)), 'host:kelvo-cache', '', 'host', createHash('sha256').digest('hex')];
  expect(signature).toBe(signatureOf(request.join('\n'), { date, scope, secret: aws.secretAccessKey }));
});
