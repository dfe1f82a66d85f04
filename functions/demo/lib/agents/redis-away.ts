import type { Agent } from '../agent.ts';
import { turnsOf } from '../turns.ts';
import { holdBack } from './hold-back.redis.ts';

/** Longer than a request waits, so that the breaker opens; and no longer, so that Redis is there again within a second when this process dies. */
const pauseMs = 1_000;

/** Redis answers nobody for a share of the time. */
export const agent: Agent = ({ strength, endsAt }, { signal }) => holdBack(turnsOf(pauseMs, strength), endsAt, signal);
