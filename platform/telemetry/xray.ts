import type { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context } from 'aws-lambda';
import { config } from '../config.ts';
import type { Tags } from './datadog.ts';

type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

// Costs 20 ms of cold start, so it is loaded in mode `xray` only, from the layer.
const loading = config.INSTRUMENTATION === 'xray' ? load() : undefined;
let tracer: Tracer | undefined;

async function load() {
  const [powertools, { captureLambdaHandler }] = await Promise.all([
    import('@aws-lambda-powertools/tracer'),
    import('@aws-lambda-powertools/tracer/middleware'),
  ]);
  tracer = new powertools.Tracer();
  // Answers hold tokens and addresses: they never become metadata.
  return captureLambdaHandler(tracer, { captureResponse: false });
}

/** Runs a handler in an X-Ray subsegment where X-Ray is on; otherwise returns it unchanged. */
export function traceInXray<Event, Result>(handler: Handler<Event, Result>): Handler<Event, Result> {
  if (!loading) return handler;
  return async (event, context) => {
    const { before, after, onError } = await loading;
    const request = { event, context, response: null as Result | null, error: null as Error | null, internal: {} };
    const step = (hook: unknown) => (hook as (of: typeof request) => unknown)(request);
    await step(before);
    try {
      request.response = await handler(event, context);
    } catch (error) {
      request.error = error as Error;
      await step(onError);
      throw error;
    }
    if (Number((request.response as { statusCode?: number } | null)?.statusCode) >= 500) markFault();
    await step(after);
    return request.response;
  };
}

/** An answer of 5xx is a fault, though the handler threw nothing. */
function markFault(): void {
  const segment = tracer?.getSegment();
  if (segment && 'addFaultFlag' in segment) segment.addFaultFlag();
}

/** Runs work in a subsegment. @returns undefined where X-Ray is off */
export function xraySpan<T>(name: string, tags: Tags, work: () => Promise<T>): Promise<T> | undefined {
  const parent = tracer?.isTracingEnabled() ? tracer.getSegment() : undefined;
  if (!parent) return undefined;
  const segment = parent.addNewSubsegment(name);
  for (const [tag, value] of Object.entries(tags)) segment.addAnnotation(tag.replace(/\W/g, '_'), value);
  const run = async () => {
    try {
      return await work();
    } catch (error) {
      segment.addError(error as Error);
      throw error;
    } finally {
      segment.close();
    }
  };
  return tracer?.provider.getNamespace().runAndReturn(() => {
    tracer?.setSegment(segment);
    return run();
  });
}
