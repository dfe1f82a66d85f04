import { config } from '#platform/config.ts';
import type { Traces } from './look.ts';

/** What this stage says about faults: whether they are allowed, and where its traces are. */
export const stageFaults = (): { allowed: boolean; traces: Traces } => ({
  allowed: config.FAULTS_ALLOWED === 'true',
  traces: { local: config.STAGE === 'local' ? config.PUBLIC_URL : undefined },
});
