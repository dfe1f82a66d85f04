import type { FaultName } from '#platform/faults/fault-names.ts';
import type { Agent } from './agent.ts';

/** The faults that somebody has to act for; the others are made where calls go through (`faultNow`, `hits`). Each is loaded when it is needed. */
export const agents: Partial<Record<FaultName, () => Promise<{ agent: Agent }>>> = {
  'slow-query': () => import('./agents/slow-query.ts'),
  'lock-contention': () => import('./agents/lock-contention.ts'),
  'redis-slow': () => import('./agents/redis-slow.ts'),
  'redis-away': () => import('./agents/redis-away.ts'),
  'cold-starts': () => import('./agents/cold-starts.ts'),
};
