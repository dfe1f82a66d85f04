import type { TestProject } from 'vitest/node';
import { startThrowawayStores, type ThrowawayStores } from '#local/services/throwaway.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the run's PostgreSQL, for the database `postgres`. */
    postgresUrl: string;
    /** The run's Redis; empty where the machine has none. */
    redisUrl: string;
  }
}

let running: Promise<ThrowawayStores> | undefined;
let users = 0;

/** Starts the run's Redis, and its PostgreSQL with two templates, `bare` (schema only) and `shop` (seeded); every project of the run shares them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  running ??= startThrowawayStores();
  const { shopUrl, redisUrl, stop } = await running;
  project.provide('postgresUrl', new URL('/postgres', shopUrl).href);
  project.provide('redisUrl', redisUrl ?? '');
  return async () => {
    users -= 1;
    if (users > 0) return;
    running = undefined;
    await stop();
  };
}
