import { afterAll, vi } from 'vitest';

// Files of a project without isolation share a process, which saves most of their start. Each begins with modules that nobody has loaded, and without what
// the file before replaced.
afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.resetModules();
});
