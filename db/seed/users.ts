import type pg from 'pg';
import { hashPassword } from '#platform/auth/password.ts';
import { adminUserId, demoUserId } from './ids.ts';

/** The accounts of a demo; their passwords are published in the README, so they never go where real people shop. */
export const demoUsers = [
  { id: demoUserId, email: 'demo@rumshop.com', name: 'Demo Shopper', role: 'shopper', password: 'password123' },
  { id: adminUserId, email: 'admin@rumshop.com', name: 'Demo Admin', role: 'admin', password: 'admin-password123' },
] as const;

/** Writes the demo accounts that are not there yet. */
export async function writeUsers(client: pg.ClientBase, now: Date): Promise<void> {
  for (const { id, email, name, role, password } of demoUsers) {
    await client.query(
      `insert into users (id, email, name, role, password_hash, created_at, updated_at) select $1, $2, $3, $4, $5, $6, $6
        where not exists (select from users where id = $1 or lower(email) = lower($2))`,
      [id, email, name, role, await hashPassword(password), now],
    );
  }
}
