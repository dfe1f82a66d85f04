import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { logWork } from '../telemetry/log.ts';
import { traceHandler } from '../telemetry/trace-handler.ts';
import { inInvocation } from './invocation.ts';
import { oneLine } from './one-line.ts';

/**
 * What CloudFormation asks of a custom resource, as far as we read it
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html).
 */
const Request = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  /** A pre-signed URL of S3: an answer that is put there is CloudFormation's to read. */
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  ResourceProperties: z.optional(z.unknown()),
  OldResourceProperties: z.optional(z.unknown()),
});

export interface CustomResource<Properties> {
  /** Its name for good: an answer with another one would make CloudFormation delete the old resource. */
  physicalId: string;
  properties: z.ZodMiniType<Properties>;
  /** What a deletion needs no work for is not listed: it succeeds. @returns the attributes that `!GetAtt` reads */
  apply(wanted: Properties, before: Properties | undefined, signal: AbortSignal): Promise<Record<string, string>>;
}

/** How long the work may go on once its signal has come, until it is answered for. */
const graceMs = 3_000;
const putMs = 2_000;
const tries = 3;

/**
 * Makes the handler of a custom resource. CloudFormation hears the outcome whatever happens: a failure with its reason in one line, shortly before
 * the time is over that there was too little of it; without an answer it would wait for an hour. An answer that cannot be delivered is an error, so
 * that Lambda calls again: `apply` has to bear being called twice with the same request, also at the same time.
 */
export function customResource<Properties>({ physicalId, properties, apply }: CustomResource<Properties>) {
  return traceHandler((event: unknown, context: Context): Promise<{ outcome: 'SUCCESS' | 'FAILED'; reason?: string }> => {
    const parsed = Request.safeParse(event);
    if (!parsed.success)
      throw new TypeError(
        `This is no request of CloudFormation: ${parsed.error.issues.map(({ path }) => `/${path.join('/')}`).join(', ')}`,
      );
    const { RequestType, ResponseURL, StackId, RequestId, LogicalResourceId, ResourceProperties, OldResourceProperties } = parsed.data;
    return inInvocation(context, 'other', async (signal) => {
      const answer = { PhysicalResourceId: physicalId, StackId, RequestId, LogicalResourceId };
      const work = async () => {
        if (RequestType === 'Delete') return {};
        const before = properties.safeParse(OldResourceProperties);
        return apply(parseProperties(properties, ResourceProperties), before.success ? before.data : undefined, signal);
      };
      const outcome = await Promise.race([work(), tooLate(signal)]).then(
        (Data) => ({ Status: 'SUCCESS' as const, Data }),
        (error: unknown) => ({ Status: 'FAILED' as const, Reason: oneLine(error) }),
      );
      const reason = outcome.Status === 'FAILED' ? { reason: outcome.Reason } : {};
      logWork(outcome.Status === 'FAILED' ? 'error' : 'info', 'custom resource', {
        function: context.functionName,
        request: RequestType,
        outcome: outcome.Status,
        ...reason,
      });
      await deliver(ResponseURL, { ...outcome, ...answer });
      return { outcome: outcome.Status, ...reason };
    });
  });
}

function parseProperties<Properties>(schema: z.ZodMiniType<Properties>, given: unknown): Properties {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new TypeError(`The resource's properties are wrong: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
}

/** Rejects a while after the signal. */
function tooLate(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const wait = () => void setTimeout(() => reject(new Error('It was not done before the function had to end')), graceMs).unref();
    signal.addEventListener('abort', wait, { once: true });
  });
}

/** @throws Error when the answer was not taken after three tries */
async function deliver(url: string, answer: object): Promise<void> {
  // Bytes and not text: fetch would name a content type, and the URL's signature is for none.
  const body = new TextEncoder().encode(JSON.stringify(answer));
  for (let attempt = 1; ; attempt += 1) {
    const said = await fetch(url, { method: 'PUT', body, signal: AbortSignal.timeout(putMs) }).then(
      ({ ok, status }) => (ok ? undefined : `status ${status}`),
      (error: unknown) => oneLine(error),
    );
    if (said === undefined) return;
    if (attempt === tries) throw new Error(`CloudFormation did not take the answer: ${said}`);
  }
}
