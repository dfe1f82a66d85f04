import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
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
  const canonicalQuery = Object.entries(query)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const request = ['GET', '/', canonicalQuery, 'host:kelvo-cache', '', 'host', createHash('sha256').digest('hex')].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(request).digest('hex')].join('\n');
  const key = scope
    .split('/')
    .reduce((secret: string | Buffer, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${aws.secretAccessKey}`);
  expect(signature).toBe(createHmac('sha256', key).update(toSign).digest('hex'));
});
