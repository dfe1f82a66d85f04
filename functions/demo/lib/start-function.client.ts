import { callAws } from '#platform/aws-call.ts';
import { config } from '#platform/config.ts';
import { log } from '#platform/telemetry/log.ts';

const limitMs = 2_000;

/** Starts a scheduled function without waiting for it. When that fails, its schedule starts it within a minute. */
export async function startFunction(name: string, now: Date): Promise<void> {
  try {
    const url = `${config.LAMBDA_ENDPOINT}/2015-03-31/functions/${name}/invocations`;
    const body = JSON.stringify({ time: now.toISOString() });
    const { status } = await callAws('lambda', { url, headers: { 'x-amz-invocation-type': 'Event' }, body }, limitMs);
    if (status !== 202) throw new Error(`Lambda answered ${status}`);
  } catch (error) {
    log('warn', 'a function could not be started', { function: name, reason: error instanceof Error ? error.message : String(error) });
  }
}
