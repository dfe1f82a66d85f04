import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

export interface RoleSettings {
  /** Holds `roles` (and `migrations`). */
  folder: string;
  /** Whether the Datadog Agent has a role; one that it had may no longer sign in. Default: no. */
  monitored?: boolean;
  /** Whether faults may be made on purpose, by a role of their own; one that there was may no longer sign in. Default: no. */
  faults?: boolean;
  /** Bounds for a deployed stage; default: none, as on a developer's machine, where one server has many databases. */
  bounds?: ConnectionBounds | undefined;
}

export interface ConnectionBounds {
  /** After how many seconds without a statement PostgreSQL ends a session of the functions; 0: never, as RDS Proxy wants it. */
  idleSeconds: number;
}

/** Makes the roles and gives them their rights, by the files of `folder`/roles. Safe to repeat; not at the same time for one server. */
export async function applyRoles(client: pg.Client, { folder, monitored = false, faults = false, bounds }: RoleSettings): Promise<void> {
  const run = async (file: string) => void (await client.query(await readFile(join(folder, 'roles', file), 'utf8')));
  await run('app.sql');
  if (monitored) await run('datadog.sql');
  else await lockOut(client, 'datadog');
  if (faults) await run('control.sql');
  else await lockOut(client, 'kelvo_control');
  if (bounds) await boundConnections(client, folder, bounds);
}

/** A role that the stage has no use for may not sign in, where there is one. */
const lockOut = (client: pg.Client, role: 'datadog' | 'kelvo_control') =>
  client.query(`do $$ begin if exists (select from pg_roles where rolname = '${role}') then alter role ${role} nologin; end if; end $$`);

/** roles/connections.sql reads the setting, for a statement of DDL takes no parameter. */
async function boundConnections(client: pg.Client, folder: string, { idleSeconds }: ConnectionBounds): Promise<void> {
  await client.query(`select set_config('kelvo.idle_seconds', $1, false)`, [String(idleSeconds)]);
  await client.query(await readFile(join(folder, 'roles/connections.sql'), 'utf8'));
}
