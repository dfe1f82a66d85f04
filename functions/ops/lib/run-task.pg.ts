import type pg from 'pg';
import { createAdmin, Refusal } from '#functions/auth/lib/create-admin.pg.ts';
import { recordOperation } from '#platform/audit/audit-log.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import { afterRestore, saidOf } from './after-restore.pg.ts';
import { applyRoles } from './apply-roles.pg.ts';
import { readStatus } from './database-status.pg.ts';
import { restoreFault } from './restore-order.ts';
import { roleSettings } from './role-settings.ts';
import { seedStage } from './seed-stage.pg.ts';
import type { TaskAnswer, TaskCall } from './tasks.ts';

interface TaskOptions {
  /** Holds `roles`. */
  folder: string;
  now: Date;
}

/**
 * Does one task on a connection of the database's admin; what changes something is in the audit log, in the same transaction where it can be.
 * @returns refused, with the reason, where a rule of the shop forbids it
 */
export async function runTask(connect: () => Promise<pg.Client>, call: TaskCall, options: TaskOptions): Promise<TaskAnswer> {
  const client = await connect();
  try {
    return await perform(client, call, options);
  } catch (error) {
    if (error instanceof Refusal) return { outcome: 'refused', said: error.message };
    throw error;
  } finally {
    await client.end();
  }
}

async function perform(client: pg.Client, call: TaskCall, { folder, now }: TaskOptions): Promise<TaskAnswer> {
  const sql: Sql = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await client.query(text, [...values])).rows as Row[];
  switch (call.task) {
    case 'status': {
      const status = await readStatus(sql);
      return { outcome: 'done', said: `The schema is ${status.schemaVersion ?? 'empty'}.`, status };
    }
    case 'roles':
      await applyRoles(client, { folder, ...roleSettings() });
      await recordOperation(sql, { action: 'task.roles', subject: 'database:roles', before: null, after: null }, now);
      return { outcome: 'done', said: 'The roles have their rights.' };
    case 'seed': {
      const { products, orders } = await seedStage(client, { past: call.input.past, now });
      await recordOperation(sql, { action: 'task.seed', subject: 'database:rows', before: null, after: { products, orders } }, now);
      return { outcome: 'done', said: `The shop has its ${products} products and ${orders} orders.` };
    }
    case 'create-admin': {
      const { password, ...wanted } = call.input;
      await client.query('begin');
      const { said, made } = await createAdmin(client, wanted, { now, askPassword: async () => password });
      if (made) await recordOperation(sql, { action: 'task.create-admin', subject: `user:${made.id}`, before: null, after: made }, now);
      await client.query('commit');
      return { outcome: 'done', said };
    }
    case 'after-restore': {
      const { to, told, hours } = call.input;
      const order = { to: to === undefined ? undefined : new Date(to), told, hours };
      const fault = restoreFault(order, now);
      if (fault) throw new Refusal(fault);
      await client.query('begin');
      const done = await afterRestore(sql, order, now);
      const after = { to: to ?? null, hours, told: told.length, ...done };
      await recordOperation(sql, { action: 'task.after-restore', subject: 'database:rows', before: null, after }, now);
      await client.query('commit');
      return { outcome: 'done', said: saidOf(done) };
    }
  }
}
