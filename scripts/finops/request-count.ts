import { Misuse } from '../command-line.ts';

const factors = { '': 1, k: 1_000, m: 1_000_000 } as const;
export const mostRequests = 1_000_000_000;

/** `10k`, `1m`, `2.5m`, `100000`. @throws Misuse */
export function requestCount(text: string): number {
  const [, n, unit] = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(text) ?? [];
  const requests = Number(n) * factors[(unit ?? '').toLowerCase() as keyof typeof factors];
  if (n === undefined || !Number.isInteger(requests) || requests > mostRequests)
    throw new Misuse(`--requests is a whole number of requests a month up to 1000m, such as 10k or 1m, not "${text}".`);
  return requests;
}

/** `10k` again. */
export const shortCount = (n: number): string =>
  n >= 1e6 && n % 1e5 === 0 ? `${n / 1e6}M` : n >= 1e3 && n % 100 === 0 ? `${n / 1e3}k` : String(n);
