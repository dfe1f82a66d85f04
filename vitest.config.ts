import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';
import { unitVariables } from './tests/support/variables.ts';

/** Many small files without I/O: one process for all of them, with modules of its own for each file. */
const together = { isolate: false, setupFiles: ['./tests/support/fresh-modules.ts'] };
const quiet = { POWERTOOLS_LOG_LEVEL: 'SILENT' };
/** Projects that talk to a real PostgreSQL and Redis: one server of each a run, a database of its own for each file. */
const onStores = {
  globalSetup: ['./tests/support/stores.ts'],
  env: quiet,
  pool: 'forks' as const,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 15_000 } }, // vitest's own second is too short for a busy machine
};

export default defineConfig({
  test: {
    maxWorkers: 3, // on two cores: many tests wait, for a time-out or for another process
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          ...together,
          include: [
            'functions/**/*.test.ts',
            'platform/**/*.test.ts',
            'local/**/*.test.ts',
            'db/**/*.test.ts',
            'web/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          env: { ...unitVariables, ...quiet },
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'architecture',
          ...together,
          include: ['tests/architecture/**/*.test.ts'],
          env: { ...unitVariables, ...quiet },
          testTimeout: 60_000,
        },
      },
      { test: { name: 'integration', include: ['tests/integration/**/*.test.ts', 'tests/faults/**/*.test.ts'], ...onStores } },
      { test: { name: 'replay', include: ['tests/replay/**/*.test.ts'], ...onStores } },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          ...onStores,
          testTimeout: 120_000,
        },
      },
    ],
  },
});
