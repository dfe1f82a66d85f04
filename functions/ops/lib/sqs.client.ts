import { SQSClient, SQSServiceException } from '@aws-sdk/client-sqs';
import { aws, config } from '#platform/config.ts';
import { outage } from '#platform/errors.ts';

/** A call takes two tries of this long at most: it ends before the function does. */
const limitMs = 3_000;

/** SQS by its SDK and not by signed requests: the 60 ms that it costs a cold start are an admin's alone, and `npm run dlq` works by the same code. */
const { region, ...credentials } = aws;
const client = new SQSClient({
  region,
  credentials,
  endpoint: config.SQS_ENDPOINT,
  useQueueUrlAsEndpoint: false, // a queue's URL may name a host that has no IPv6
  maxAttempts: 2,
  requestHandler: { requestTimeout: limitMs, connectionTimeout: 1_000, throwOnRequestTimeout: true },
});

const throttled = /Throttl|TooManyRequests|RequestLimitExceeded/;

/**
 * Runs what needs SQS.
 * @throws Problem 503 `queues-unavailable` when SQS gives no answer, fails or throttles; what it finds wrong with a call is thrown as it is
 */
export async function withSqs<T>(work: (sqs: SQSClient) => Promise<T>): Promise<T> {
  try {
    return await work(client);
  } catch (error) {
    if (!isAway(error)) throw error;
    throw outage('queues-unavailable', 'The queues cannot be reached at the moment. Please try again shortly.', error);
  }
}

/** The SDK marks an answer with whose fault it is; what never was one has a code of the network, or is a time-out. */
function isAway(error: unknown): boolean {
  if (error instanceof SQSServiceException) return error.$fault === 'server' || throttled.test(error.name);
  return error instanceof Error && ('code' in error || error.name === 'TimeoutError' || error.name === 'AbortError');
}
