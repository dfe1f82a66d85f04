import { config } from '#platform/config.ts';
import type { RoleSettings } from './apply-roles.pg.ts';

/** What this stage wants of its database's roles. Only a deployed stage has bounds: it is alone on its server. */
export const roleSettings = (): Omit<RoleSettings, 'folder'> => ({
  monitored: config.DATABASE_MONITORING === 'true',
  faults: config.FAULTS_ALLOWED === 'true',
  bounds: config.DATABASE_IDLE_SECONDS === undefined ? undefined : { idleSeconds: Number(config.DATABASE_IDLE_SECONDS) },
});
