import { QueryClient, type QueryKey } from '@tanstack/react-query';
import { isProblem } from './problem.ts';

/** Reads are repeated only after errors that may be temporary: a 404 stays a 404. */
export const shouldRetry = (failures: number, error: unknown): boolean => failures < 2 && isProblem(error) && error.passing;

/** Waits as long as Retry-After says, if that is short enough for somebody who is waiting; else 0.5 s, then 1 s. */
export function retryDelay(failures: number, error: unknown): number {
  const asked = isProblem(error) ? error.retryAfter : undefined;
  return asked !== undefined && asked <= 5 ? asked * 1000 : 500 * 2 ** failures;
}

export const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5_000, retry: shouldRetry, retryDelay, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });

/**
 * Keeps what a change answered as the newest state of what it changed. Reads under way may have seen the state of before and be answered
 * later: they end first.
 */
export async function keepAnswer<T>(client: QueryClient, key: QueryKey, answer: T): Promise<void> {
  await client.cancelQueries({ queryKey: key });
  client.setQueryData<T>(key, answer);
}
