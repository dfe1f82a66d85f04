/** Sends what the receiver got on to another receiver, such as an OpenTelemetry collector. Nobody waits for it, and it keeps little in memory. */
import { setTimeout as pause } from 'node:timers/promises';

export interface PassOnOptions {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT names it: `/v1/traces` is put behind its path. */
  endpoint: string;
  headers?: Record<string, string>;
  say?: (line: string) => void;
  /** Of what waits. */
  limitBytes?: number;
  /** How long a call may take. */
  timeoutMs?: number;
  /** The first wait after a call that nobody took; doubles up to `longestPauseMs`. */
  firstPauseMs?: number;
}

export interface PassOn {
  /** Takes a batch. When too much waits, it is dropped: the receiver there has been away for long. */
  take(batch: Buffer): void;
  counts(): { sent: number; refused: number; dropped: number; waiting: number };
  /** Waits for what is under way, `graceMs` at most, and drops the rest. */
  end(graceMs: number): Promise<void>;
}

const longestPauseMs = 30_000;
/** These ask for another try: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const retryable = new Set([429, 502, 503, 504]);
const jitter = () => 0.5 + Math.random() / 2;

export function createPassOn(options: PassOnOptions): PassOn {
  const { endpoint, headers = {}, say = () => {}, limitBytes = 16 * 1024 * 1024, timeoutMs = 10_000, firstPauseMs = 1_000 } = options;
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const waiting: Buffer[] = [];
  const counts = { sent: 0, refused: 0, dropped: 0 };
  const ending = new AbortController();
  let waitingBytes = 0;
  let running: Promise<void> | undefined;
  let away = false;
  let refused = false;

  async function send(batch: Buffer): Promise<'sent' | 'refused' | { afterMs: number | undefined; why: string }> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: new Uint8Array(batch),
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ending.signal]),
      });
      await response.arrayBuffer();
      if (response.ok) return 'sent';
      const why = `it answered ${response.status}`;
      if (retryable.has(response.status)) return { afterMs: secondsOf(response.headers.get('retry-after')), why };
      if (!refused) say(`traces are not taken at ${url}: ${why}`);
      refused = true;
      return 'refused';
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
      return { afterMs: undefined, why: cause?.code ?? cause?.message ?? message };
    }
  }

  async function run(): Promise<void> {
    let pauseMs = firstPauseMs;
    for (let batch = waiting[0]; batch !== undefined && !ending.signal.aborted; batch = waiting[0]) {
      const outcome = await send(batch);
      if (ending.signal.aborted) return;
      if (typeof outcome === 'object') {
        if (!away) say(`traces wait for ${url}: ${outcome.why}`);
        away = true;
        await pause(outcome.afterMs ?? pauseMs * jitter(), undefined, { signal: ending.signal, ref: false }).catch(() => {});
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
        continue;
      }
      if (away) say(`${url} takes traces again`);
      if (outcome === 'sent') refused = false;
      away = false;
      pauseMs = firstPauseMs;
      counts[outcome] += 1;
      waiting.shift();
      waitingBytes -= batch.length;
    }
  }

  function wake(): void {
    running ??= run().finally(() => {
      running = undefined;
      // A batch may have come after the last look.
      if (waiting.length > 0 && !ending.signal.aborted) wake();
    });
  }

  return {
    take(batch) {
      if (ending.signal.aborted || waitingBytes + batch.length > limitBytes) {
        counts.dropped += 1;
        return;
      }
      waiting.push(batch);
      waitingBytes += batch.length;
      wake();
    },
    counts: () => ({ ...counts, waiting: waiting.length }),
    async end(graceMs) {
      if (!away) await Promise.race([running, pause(graceMs, undefined, { ref: false })]);
      ending.abort();
      await running;
    },
  };
}

function secondsOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,4}$/.test(header) ? Math.min(Number(header) * 1_000, longestPauseMs) : undefined;
}
