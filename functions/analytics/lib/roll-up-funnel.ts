import type { Sql } from '#platform/db/sql.ts';
import { joinSlots, rollUpCarts } from './funnel.pg.ts';

/** A cart is counted only then: its change may be committed so much later than it began. */
const settledMs = 60_000;
const dayMs = 86_400_000;

/**
 * Counts the carts that began since the last run, before the sweep may delete them, and makes one row of each hour that is over for a day.
 * @param sql outside of a transaction
 */
export async function rollUpFunnel(sql: Sql, now: Date): Promise<{ carts: number; joined: number }> {
  return {
    carts: await rollUpCarts(sql, new Date(now.getTime() - settledMs)),
    joined: await joinSlots(sql, new Date(now.getTime() - dayMs)),
  };
}
