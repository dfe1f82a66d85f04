// npm's pretest: the tests need a Redis and a browser, which npm cannot bring. Finds them, installs them, or says how to.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { findRedis } from '#local/services/redis.ts';
import { nodeJars } from '#tests/support/opensearch/jars.ts';

/** What the tests need, with the path of each that is there. */
export interface Found {
  redis: string | null;
  chromium: string | null;
}

export interface Machine {
  platform: NodeJS.Platform;
  /** Debian, Ubuntu and derivatives. */
  apt: boolean;
  root: boolean;
}

export type Plan =
  | { do: 'nothing' }
  | { do: 'install'; packages: string[] }
  /** What is there will do; the tests cost less with these. */
  | { do: 'try'; packages: string[] }
  | { do: 'give up'; message: string };

const packages: Record<keyof Found, { apt: string; brew: string }> = {
  redis: { apt: 'redis-server', brew: 'redis' },
  chromium: { apt: 'chromium-headless-shell', brew: '--cask chromium' },
};
/** Where the system has no package of the first, the second does, with more work for the processor. */
const instead: Record<string, string> = { 'chromium-headless-shell': 'chromium' };
const tools = Object.keys(packages) as (keyof Found)[];

/** What to do, given what the machine has. */
export function planFor(found: Found, { platform, apt, root }: Machine): Plan {
  const missing = tools.filter((tool) => found[tool] === null);
  // Chromium's package has this name on Debian and its kin only, and they have the shell, too.
  const betterThere = apt && root && basename(found.chromium ?? '') === 'chromium';
  if (missing.length === 0) return betterThere ? { do: 'try', packages: [packages.chromium.apt] } : { do: 'nothing' };
  const wanted = missing.map((tool) => packages[tool].apt);
  if (apt && root) return { do: 'install', packages: wanted };
  const command = apt
    ? `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${wanted.join(' ')}`
    : platform === 'darwin'
      ? missing.map((tool) => `brew install ${packages[tool].brew}`).join(' && ')
      : undefined;
  const how = command === undefined ? 'Install them from your system’s packages.' : `Run:\n\n  ${command}\n`;
  const browser = found.chromium === null ? '\nA browser that is not on PATH is named by CHROMIUM_PATH.' : '';
  return { do: 'give up', message: `The tests need ${missing.join(' and ')}. ${how}${browser}` };
}

/**
 * The browser that CHROMIUM_PATH names, else the first Chromium or Chrome on PATH, or null. The shell before the others: it is Chromium without
 * windows, and the tests of the SPA cost a third less processor time with it.
 * @param system folders to look into after those on PATH
 */
export function findChromium(
  env: Record<string, string | undefined> = process.env,
  system: readonly string[] = ['/usr/bin'],
): string | null {
  if (env.CHROMIUM_PATH) return isExecutable(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : null;
  const folders = [...(env.PATH ?? '').split(delimiter), ...system];
  const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian starts a service that it installs; ours is for the tests alone, which start their own. */
function withoutStartingServices(work: () => void): void {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function aptGet(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync('apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed (${status}):\n${stdout ?? ''}${stderr ?? ''}`);
}

/** Installs packages without which the tests run, too: nothing is removed for them, and nobody waits for a network that is away. */
function tryToInstall(wanted: readonly string[]): void {
  console.log(`Installing ${wanted.join(' and ')}: the tests cost the processor less with it …`);
  const patience = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10', '-o', 'DPkg::Lock::Timeout=60'];
  try {
    aptGet(...patience, 'update');
    aptGet(...patience, 'install', '-y', '--no-install-recommends', '--no-remove', ...wanted);
  } catch (error) {
    console.log(`It goes on without: ${(error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1)}`);
  }
}

/** Whether apt can install a package, as far as it knows since its last update. */
const aptHas = (name: string): boolean => spawnSync('apt-cache', ['show', '--quiet', name], { stdio: 'ignore' }).status === 0;

function main(): void {
  const began = performance.now();
  const named = process.env.CHROMIUM_PATH;
  if (named && !isExecutable(named)) throw new Error(`CHROMIUM_PATH names ${named}, which is no program.`);
  const find = (): Found => ({ redis: findRedis(), chromium: findChromium() });
  const machine = { platform: process.platform, apt: existsSync('/usr/bin/apt-get'), root: process.getuid?.() === 0 };
  const plan = planFor(find(), machine);
  if (plan.do === 'give up') throw new Error(plan.message);
  if (plan.do === 'install') {
    console.log(`Installing ${plan.packages.join(' and ')} for the tests …`);
    withoutStartingServices(() => {
      aptGet('update');
      const packages = plan.packages.map((name) => (aptHas(name) ? name : (instead[name] ?? name)));
      // A machine that has just started may be installing its updates: wait for it.
      aptGet('-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', ...packages);
    });
  }
  const next = planFor(find(), machine);
  if (next.do === 'try' && !named) tryToInstall(next.packages);
  const { redis, chromium } = find();
  if (redis === null || chromium === null)
    throw new Error(`Packages were installed, and still there is no ${redis === null ? 'redis' : 'chromium'}`);
  console.log(`Test machine: all there after ${Math.round((performance.now() - began) / 1000)} s (${redis}, ${chromium}).`);
  const jars = nodeJars();
  console.log(`OpenSearch, for the tests of it: ${'missing' in jars ? `none, so they are left out: ${jars.missing}` : 'there'}.`);
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
