import { QueryClient } from '@tanstack/react-query';
import { isProblem } from './problem.ts';

/** Reads are safe to repeat, but only what may pass by itself is worth it: a 404 stays a 404. */
export const shouldRetry = (failures: number, error: unknown): boolean => failures < 2 && isProblem(error) && error.passing;

/** As long as the server asks, if that is bearable while somebody looks at a skeleton; else 0.5 s, then 1 s. */
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
