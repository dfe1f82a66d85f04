import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, planFor } from './prepare-test-machine.ts';

const debian = { platform: 'linux', apt: true, root: true } as const;
const here = { redis: '/usr/bin/redis-server', chromium: '/usr/bin/chromium-headless-shell' };

describe('what to do on a machine', () => {
  test('nothing where both are there, whoever we are', () => {
    expect(planFor(here, debian)).toEqual({ do: 'nothing' });
    expect(planFor(here, { platform: 'win32', apt: false, root: false })).toEqual({ do: 'nothing' });
  });

  test('as root on Debian, install what is missing and nothing else', () => {
    expect(planFor({ ...here, redis: null }, debian)).toEqual({ do: 'install', packages: ['redis-server'] });
    expect(planFor({ ...here, chromium: null }, debian)).toEqual({ do: 'install', packages: ['chromium-headless-shell'] });
    expect(planFor({ redis: null, chromium: null }, debian)).toEqual({
      do: 'install',
      packages: ['redis-server', 'chromium-headless-shell'],
    });
  });

  test('as root on Debian, try to get the browser without windows where there is only the one with them', () => {
    const withWindows = { ...here, chromium: '/usr/bin/chromium' };
    expect(planFor(withWindows, debian)).toEqual({ do: 'try', packages: ['chromium-headless-shell'] });
    expect(planFor({ ...withWindows, redis: null }, debian)).toEqual({ do: 'install', packages: ['redis-server'] });
    expect(planFor(withWindows, { ...debian, root: false })).toEqual({ do: 'nothing' });
    expect(planFor(withWindows, { ...debian, apt: false })).toEqual({ do: 'nothing' });
    expect(planFor({ ...here, chromium: '/usr/bin/google-chrome' }, debian)).toEqual({ do: 'nothing' });
  });

  test('as anybody else, give up with the command to run', () => {
    const plan = planFor({ redis: null, chromium: null }, { ...debian, root: false });
    expect(plan).toMatchObject({
      do: 'give up',
      message: expect.stringContaining(
        'sudo apt-get update && sudo apt-get install -y --no-install-recommends redis-server chromium-headless-shell\n',
      ),
    });
  });

  test('on macOS, give up with its command', () => {
    const plan = planFor({ redis: null, chromium: null }, { platform: 'darwin', apt: false, root: false });
    expect(plan).toMatchObject({
      message: expect.stringMatching(/brew install redis && brew install --cask chromium[\s\S]*CHROMIUM_PATH/),
    });
  });

  test('elsewhere, say what is needed and no command of another system', () => {
    const plan = planFor({ ...here, redis: null }, { platform: 'linux', apt: false, root: true });
    expect(plan).toMatchObject({ do: 'give up', message: expect.stringContaining('The tests need redis.') });
    expect(plan).not.toMatchObject({ message: expect.stringMatching(/apt-get|brew|CHROMIUM_PATH/) });
  });
});

describe('which browser', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kelvo-browsers-'));
    for (const name of ['google-chrome', 'chromium', 'chromium-headless-shell', 'own'])
      writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(folder, 'text'), '');
    chmodSync(join(folder, 'text'), 0o644);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('the one without windows before Chromium, and Chromium before Chrome on PATH', () => {
    expect(findChromium({ PATH: folder }, [])).toBe(join(folder, 'chromium-headless-shell'));
    rmSync(join(folder, 'chromium-headless-shell'));
    expect(findChromium({ PATH: folder }, [])).toBe(join(folder, 'chromium'));
  });

  test('the one that CHROMIUM_PATH names before all', () => {
    expect(findChromium({ PATH: folder, CHROMIUM_PATH: join(folder, 'own') })).toBe(join(folder, 'own'));
  });

  test('none where CHROMIUM_PATH names nothing that runs: the tests would not find it either', () => {
    expect(findChromium({ PATH: folder, CHROMIUM_PATH: join(folder, 'text') })).toBeNull();
  });
});
