import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { logWork } from '../telemetry/log.ts';
import { traceHandler } from '../telemetry/trace-handler.ts';
import { inInvocation } from './invocation.ts';

/**
 * Makes the handler of a function that another one of ours calls (Lambda's Invoke). Its work belongs to the caller's trace, which comes in the client
 * context.
 * @param schema of what the caller hands over
 * @param work `signal` aborts shortly before the function's time-out. What it returns is the caller's answer; a throw is the function's error there, and so is an input that does not fit
 */
export function invoked<S extends z.ZodMiniType, T extends { outcome: string }>(
  schema: S,
  work: (input: z.output<S>, signal: AbortSignal) => Promise<T>,
) {
  return traceHandler((event: unknown, context: Context): Promise<T> => {
    const from = (context.clientContext as { custom?: Record<string, string> } | undefined)?.custom;
    return inInvocation(
      context,
      'other',
      async (signal) => {
        const startedAt = performance.now();
        const input = schema.safeParse(event);
        if (!input.success)
          throw new TypeError(`The call is not valid: ${input.error.issues.map(({ path }) => `/${path.join('/')}`).join(', ')}`);
        const answer = await work(input.data, signal);
        const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
        logWork('info', 'call', { function: context.functionName, outcome: answer.outcome, duration_ms: durationMs });
        return answer;
      },
      from,
    );
  });
}
