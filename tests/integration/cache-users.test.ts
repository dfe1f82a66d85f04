/** The rules of the cache's users in infra/data.yaml, on a real server: what each may do, and that the app's own commands are among it. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { lookInto } from '#tests/support/redis.ts';
import { stackOf } from '../architecture/support/stacks.ts';

const users = stackOf('infra/data.yaml', { Stage: 'dev', DatadogAgent: 'true' })
  .of('AWS::ElastiCache::User')
  .map(([, { Properties }]) => [String(Properties.UserName), String(Properties.AccessString)] as const);

let redis: Redis;
beforeAll(async () => {
  redis = lookInto(inject('redisUrl'));
  for (const [name, rules] of users) await redis.call('ACL', 'SETUSER', name, 'reset', ...rules.split(' '));
});
afterAll(async () => {
  for (const [name] of users) await redis.call('ACL', 'DELUSER', name);
  redis.disconnect();
});

const may = async (user: string, command: string) => (await redis.call('ACL', 'DRYRUN', user, ...command.split(' '))) === 'OK';
/** Which of the commands a user may give. */
const allowed = async (user: string, commands: string[]) => {
  const answers = await Promise.all(commands.map((command) => may(user, command)));
  return commands.filter((_, i) => answers[i]);
};

const ofTheApp = [
  'ping',
  'get kelvo-dev:copy',
  'set kelvo-dev:copy x pxat 1',
  'eval x 2 kelvo-dev:a kelvo-dev:b',
  'incr kelvo-dev:a',
  'pexpire kelvo-dev:a 1',
];
const ofOtherStages = ['get kelvo-staging:copy', 'set other x', 'eval x 1 kelvo-prod:a'];
const ofAdministrators = [
  'flushall',
  'flushdb',
  'keys *',
  'config get *',
  'acl list',
  'shutdown',
  'debug sleep 1',
  'client kill id 1',
  'monitor',
  'replicaof no one',
];
const holdingBack = ['client pause 100 ALL', 'client unpause'];
const counters = ['info', 'slowlog get 10', 'slowlog len'];

describe('in the cache', () => {
  test('functions may do what platform/cache does, on the stage’s own keys, and no more', async () => {
    expect(
      await allowed('kelvo-app-dev', [...ofTheApp, ...ofOtherStages, ...ofAdministrators, ...holdingBack, ...counters, 'publish x y']),
    ).toEqual(ofTheApp);
  });

  test('the control of demonstrations may also hold everybody back', async () => {
    expect(await allowed('kelvo-control-dev', [...ofTheApp, ...ofOtherStages, ...ofAdministrators, ...holdingBack, 'info'])).toEqual([
      ...ofTheApp,
      ...holdingBack,
      'info',
    ]);
  });

  test('the Agent reads counters and the slow log, and no key', async () => {
    expect(
      await allowed('kelvo-agent-dev', [
        'ping',
        ...counters,
        'get kelvo-dev:copy',
        'set kelvo-dev:copy x',
        ...ofOtherStages,
        ...ofAdministrators,
        ...holdingBack,
        'slowlog reset',
      ]),
    ).toEqual(['ping', ...counters]);
  });
});
