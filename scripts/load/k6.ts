import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../function-files.ts';

/** k6's own exit code when a threshold was not kept. */
export const thresholdsBroken = 99;

/** The k6 that K6 names, else the one on the PATH, with what it says of its version; null where there is none. */
export function findK6(env: Record<string, string | undefined> = process.env): { program: string; version: string } | null {
  const program = env.K6 || 'k6';
  const { status, stdout } = spawnSync(program, ['version'], { encoding: 'utf8', env: { ...env, K6_NO_USAGE_REPORT: 'true' } });
  return status === 0 ? { program, version: stdout.trim().split('\n')[0] ?? '' } : null;
}

/**
 * Runs tests/load/k6.ts; k6 writes its summary itself. Nothing leaves the machine: no usage report, no cloud.
 * @returns its exit code
 */
export async function runK6(program: string, variables: Record<string, string>, signal: AbortSignal): Promise<number> {
  const given = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const child = spawn(program, ['run', '--no-usage-report', ...given, join(root, 'tests/load/k6.ts')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, K6_NO_USAGE_REPORT: 'true' },
  });
  signal.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
  const [code] = await once(child, 'exit');
  return (code as number | null) ?? 1;
}

export const howToGetK6 = `k6 is not here. Install it as https://grafana.com/docs/k6/latest/set-up/install-k6/ says (macOS: brew install k6), or name its program in K6.
Without --engine k6, Kelvo's own driver plays the same visits, stages and thresholds.`;
