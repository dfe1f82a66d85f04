/** What a collector, or its silence, means for the spans that it was sent. */
export type Verdict =
  | { outcome: 'done'; rejected: number; reason: string }
  /** The same spans will not be taken later either. */
  | { outcome: 'refused'; reason: string }
  /** They may be sent again, after as many seconds as it says. */
  | { outcome: 'away'; reason: string; retryAfterMs: number | undefined };

export interface CollectorAnswer {
  status: number;
  retryAfter: string | undefined;
  body: string;
}

/** The statuses after which OTLP lets a sender try again (https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes). */
const retryable = new Set([429, 502, 503, 504]);

const shownCharacters = 300;
const shown = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, shownCharacters);

/** @param now ms since 1970: `Retry-After` may be a date */
export function verdictOf({ status, retryAfter, body }: CollectorAnswer, now: number): Verdict {
  if (status >= 200 && status < 300) return { outcome: 'done', ...partialSuccess(body) };
  const reason = `The collector answered ${status}: ${shown(body)}`;
  return retryable.has(status) ? { outcome: 'away', reason, retryAfterMs: delayOf(retryAfter, now) } : { outcome: 'refused', reason };
}

/** The longest that a collector may ask to be left alone: longer would lose more spans than it spares calls. */
const longestMs = 60_000;

function delayOf(retryAfter: string | undefined, now: number): number | undefined {
  const seconds = /^\d+$/.test(retryAfter ?? '') ? Number(retryAfter) : (Date.parse(retryAfter ?? '') - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds * 1000, 0), longestMs);
}

/** A collector that takes most spans answers 200 and says how many it did not take. */
function partialSuccess(body: string): { rejected: number; reason: string } {
  try {
    const { rejectedSpans, errorMessage } = (JSON.parse(body) as { partialSuccess?: Record<string, unknown> }).partialSuccess ?? {};
    return { rejected: Number(rejectedSpans ?? 0) || 0, reason: shown(String(errorMessage ?? '')) };
  } catch {
    return { rejected: 0, reason: '' }; // some collectors answer protobuf, or nothing
  }
}
