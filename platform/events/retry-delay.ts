const firstSeconds = 30;
const longestSeconds = 3_600;

/**
 * How long an event waits that the bus did not take by its own fault: 30 s, and twice as long each time, so that it costs the relay next to
 * nothing; an hour at most, so that it goes soon after somebody has put right what was wrong.
 * @param tries how often it failed, from 1
 */
export const retryDelaySeconds = (tries: number): number => Math.min(longestSeconds, firstSeconds * 2 ** Math.min(tries - 1, 20));
