import type { Agent } from '../agent.ts';
import { turnsOf } from '../turns.ts';
import { holdBack } from './hold-back.redis.ts';

/**
 * Redis looks every 100 ms whether a pause is over, so one lasts 50 to 150 ms: below the 200 ms that a request waits for Redis at most
 * (platform/cache/redis.ts), so that it gets its answers, late.
 */
const pauseMs = 50;

/** Redis answers late for a share of the time. */
export const agent: Agent = ({ strength, endsAt }, { signal }) => holdBack(turnsOf(pauseMs, strength), endsAt, signal);
