import { config } from '#platform/config.ts';
import type { Agent } from '../agent.ts';
import { callInWaves } from '../cold-start-storm.client.ts';

/**
 * Has Lambda begin fresh sandboxes, by asking for more at once than there are: one takes a single request at a time. They are of functions that shoppers
 * wait for, so a shopper who comes during a wave gets a fresh one too. No function is changed. A developer's machine has no sandboxes: there the gateway
 * loads bundles afresh (local/gateway/server.ts).
 */
export const agent: Agent = async ({ strength }, { signal }) => {
  if (config.STAGE !== 'local') await callInWaves(config.PUBLIC_URL, strength, signal);
};
