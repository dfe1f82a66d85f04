import { timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { config } from '../config.ts';

/** The caller's address: CloudFront's word for it when the secret origin header proves that CloudFront speaks, else the connection's. */
export function clientAddress({ headers, requestContext }: APIGatewayProxyEventV2): string {
  const viewer = headers['cloudfront-viewer-address'];
  if (viewer && config.ORIGIN_SECRET && same(headers['x-origin-secret'] ?? '', config.ORIGIN_SECRET)) return viewer.replace(/:\d+$/, '');
  return requestContext.http.sourceIp;
}

function same(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
