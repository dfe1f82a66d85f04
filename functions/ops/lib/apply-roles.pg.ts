import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

export interface RoleSettings {
  /** Holds `roles` (and `migrations`). */
  folder: string;
}

/** Makes the roles and gives them their rights, by the files of `folder`/roles. Safe to repeat; not at the same time for one server. */
export async function applyRoles(client: pg.Client, { folder }: RoleSettings): Promise<void> {
  await client.query(await readFile(join(folder, 'roles/app.sql'), 'utf8'));
}
