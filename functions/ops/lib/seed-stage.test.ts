import pg from 'pg';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

test.each([
  ['dev', 'false'],
  ['dev', ''],
  ['prod', 'true'],
])('stage %s with DEMO_DATA "%s" gets no demo people: their passwords are published', async (stage, demo) => {
  vi.stubEnv('STAGE', stage);
  vi.stubEnv('DEMO_DATA', demo || undefined);
  vi.resetModules();
  const { seedStage } = await import('./seed-stage.pg.ts');
  const nobody = new pg.Client(); // not connected: a statement would throw another error
  await expect(seedStage(nobody, { past: false, now: new Date() })).rejects.toMatchObject({
    message: `The stage ${stage} has no demo data: deploy it with DemoData true first, which prod refuses.`,
  });
});
