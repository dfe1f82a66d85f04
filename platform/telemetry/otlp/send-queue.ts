import { type CollectorAnswer, type Verdict, verdictOf } from './collector-answer.ts';
import type { EndedSpan } from './encode.ts';

export interface SendQueueOptions {
  encode(spans: readonly EndedSpan[]): string;
  /** Rejects where there is no answer. */
  post(body: string, signal: AbortSignal): Promise<CollectorAnswer>;
  /** Told once when the collector begins to refuse spans or is away, and once when it takes them again. */
  say(level: 'info' | 'warn', message: string, fields: Record<string, unknown>): void;
  /** ms since 1970 */
  now(): number;
}

export interface SendQueue {
  add(span: EndedSpan): void;
  size(): number;
  /** Sends what is queued, for `budgetMs` at most. Never fails. What was not sent stays for the next call. */
  flush(budgetMs: number): Promise<void>;
}

/** As OpenTelemetry's batch processor has them by default. */
export const queueLimit = 2_048;
export const batchLimit = 512;
/** A batch that was sent this often without success is dropped: after half a minute, with the pauses between. */
const tries = 5;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * Keeps spans until a collector took them. Bounded: spans that come while it is full are dropped and counted, and so is what the collector refuses or
 * does not take in `tries` calls. After a call without success it is left alone for a while, so that a collector that is away costs one call and
 * not one a request.
 */
export function createSendQueue({ encode, post, say, now }: SendQueueOptions): SendQueue {
  const queue: EndedSpan[] = [];
  let dropped = 0;
  let failures = 0;
  let notBefore = 0;
  let complained = false;
  let underWay: Promise<void> | undefined;

  const complain = (message: string, reason: string) => {
    if (!complained) say('warn', message, { reason, dropped_spans: dropped });
    complained = true;
  };

  async function ask(batch: readonly EndedSpan[], signal: AbortSignal): Promise<Verdict> {
    try {
      return verdictOf(await post(encode(batch), signal), now());
    } catch (error) {
      return { outcome: 'away', reason: `The collector gave no answer: ${(error as Error)?.message ?? error}`, retryAfterMs: undefined };
    }
  }

  async function drain(signal: AbortSignal): Promise<void> {
    while (queue.length > 0 && now() >= notBefore && !signal.aborted) {
      const batch = queue.slice(0, batchLimit);
      const verdict = await ask(batch, signal);
      if (verdict.outcome === 'away') {
        failures += 1;
        if (failures >= tries) {
          queue.splice(0, batch.length);
          dropped += batch.length;
          failures = 0;
        }
        notBefore = now() + (verdict.retryAfterMs ?? Math.min(firstPauseMs * 2 ** Math.max(failures - 1, 0), longestPauseMs));
        complain('spans cannot be sent for now', verdict.reason);
        return;
      }
      queue.splice(0, batch.length);
      failures = 0;
      if (verdict.outcome === 'refused') {
        dropped += batch.length;
        complain('the collector refuses spans', verdict.reason);
      } else if (verdict.rejected > 0) {
        dropped += verdict.rejected;
        complain('the collector refuses some spans', verdict.reason);
      } else if (complained) {
        say('info', 'the collector takes spans again', { dropped_spans: dropped });
        complained = false;
        dropped = 0;
      }
    }
  }

  return {
    add(span) {
      if (queue.length < queueLimit) queue.push(span);
      else dropped += 1;
    },
    size: () => queue.length,
    async flush(budgetMs) {
      const signal = AbortSignal.timeout(budgetMs);
      underWay ??= drain(signal).finally(() => {
        underWay = undefined;
      });
      await Promise.race([underWay, new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))]);
    },
  };
}
