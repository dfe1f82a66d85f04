import { setTimeout as pause } from 'node:timers/promises';

/** Datadog answers in one of three ways: done; refused, for good; away, and then it is not known whether it was done. */
export type Outcome =
  | { outcome: 'done'; value: unknown }
  | { outcome: 'refused'; status: number; reason: string }
  | { outcome: 'away'; reason: string };

export interface Api {
  /** @param path `/api/v1/monitor` */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Outcome>;
}

interface Access {
  url: string;
  apiKey: string;
  applicationKey: string;
}
interface Patience {
  /** How long an answer may take, ms. */
  timeoutMs: number;
  tries: number;
  wait(ms: number): Promise<unknown>;
}

const patient: Patience = { timeoutMs: 15_000, tries: 5, wait: (ms) => pause(ms) };

/**
 * Datadog's API. It is asked again after 429, by when it says, and after 5xx or silence, where that can do no harm: not a POST, which may have been done
 * (what it made is found by its tag when all of it is run again).
 */
export function datadogApi({ url, apiKey, applicationKey }: Access, { timeoutMs, tries, wait }: Patience = patient): Api {
  const headers = { 'DD-API-KEY': apiKey, 'DD-APPLICATION-KEY': applicationKey, 'content-type': 'application/json' };
  async function once(method: string, path: string, body: unknown): Promise<Outcome & { againInMs?: number }> {
    try {
      const response = await fetch(new URL(path, url), {
        method,
        headers,
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.ok) return { outcome: 'done', value: text === '' ? undefined : JSON.parse(text) };
      const reason = reasonIn(text);
      if (response.status === 429) {
        const seconds = Number(response.headers.get('x-ratelimit-reset') ?? '1');
        return {
          outcome: 'away',
          reason: `too many requests: ${reason}`,
          againInMs: Math.min(Number.isFinite(seconds) ? seconds : 1, 60) * 1000,
        };
      }
      return response.status >= 500
        ? { outcome: 'away', reason: `${response.status}: ${reason}` }
        : { outcome: 'refused', status: response.status, reason };
    } catch (error) {
      const { name, message, cause } = error as Error;
      return {
        outcome: 'away',
        reason:
          name === 'TimeoutError'
            ? `no answer within ${timeoutMs / 1000} s`
            : `${message}${cause instanceof Error ? `: ${cause.message}` : ''}`,
      };
    }
  }
  return {
    async call(method, path, body) {
      for (let attempt = 1; ; attempt++) {
        const { againInMs, ...outcome } = await once(method, path, body);
        const mayAsk = outcome.outcome === 'away' && (againInMs !== undefined || method !== 'POST');
        if (!mayAsk || attempt === tries) return outcome;
        await wait(againInMs ?? 500 * 2 ** (attempt - 1));
      }
    },
  };
}

/** `{"errors": ["…"]}`, or whatever stood there. */
function reasonIn(text: string): string {
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    return Array.isArray(errors) ? errors.map(String).join('; ') : JSON.stringify(errors ?? text);
  } catch {
    return text.replace(/\s+/g, ' ').slice(0, 300);
  }
}
