import type pg from 'pg';
import { Refusal } from '#functions/auth/lib/create-admin.pg.ts';
import { config } from '#platform/config.ts';
import { type SeedResult, seedBy } from '../../../db/seed/seed.ts';

/**
 * Writes the seed, demo users and all, where the stage may have them.
 * @throws Refusal where it may not: their passwords are published
 */
export async function seedStage(client: pg.Client, { past, now }: { past: boolean; now: Date }): Promise<SeedResult> {
  if (config.DEMO_DATA !== 'true' || config.STAGE === 'prod')
    throw new Refusal(`The stage ${config.STAGE} has no demo data: deploy it with DemoData true first, which prod refuses.`);
  return seedBy(client, { past, now });
}
