import { AwsV4Signer } from 'aws4fetch';
import { aws } from './config.ts';
import { perProcess } from './per-process.ts';

/**
 * Makes one signed call (Signature Version 4) of an AWS service by its HTTP API: an SDK's client would cost 60 ms of a cold start. Any answer is
 * returned, whatever its status; a call without one throws.
 * @param service as signatures name it: `events`, `lambda`, `ses`
 * @param timeoutMs for the whole call
 */
export async function callAws(
  service: string,
  request: { url: string; method?: string; headers?: Record<string, string>; body?: string },
  timeoutMs: number,
): Promise<Response> {
  const cache = perProcess('aws-signing-keys', () => new Map<string, ArrayBuffer>());
  const { url, method, headers, body } = await new AwsV4Signer({ ...aws, method: 'POST', ...request, service, cache }).sign();
  // The signal goes to fetch itself and not by way of a Request (as AwsClient does it): a Request that nobody holds is collected after a
  // while, and the time-out with it.
  return fetch(url, { method, headers, body: body ?? null, signal: AbortSignal.timeout(timeoutMs) });
}
