import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseTemplate } from '#local/template-yaml.ts';
import { type OwnRedis, ownRedis } from '#tests/support/redis.ts';
import { read } from '../architecture/support/sources.ts';

/** The real access string of the Agent's user in the cache. */
const { Resources } = parseTemplate(read('infra/data.yaml')) as { Resources: Record<string, { Properties: { AccessString: string } }> };
const rules = Resources.CacheAgent?.Properties.AccessString.split(' ') ?? [];

let server: OwnRedis;
let owner: Redis;
let agent: Redis;
beforeAll(async () => {
  server = await ownRedis();
  await server.start();
  owner = new Redis(server.url);
  await owner.call('ACL', 'SETUSER', 'kelvo-agent-dev', ...rules, '>a-password');
  await owner.set('kelvo-dev:cart:1', 'somebody');
  agent = new Redis(server.url, { username: 'kelvo-agent-dev', password: 'a-password', lazyConnect: true, maxRetriesPerRequest: 0 });
  agent.on('error', () => undefined);
});
afterAll(async () => {
  agent.disconnect();
  owner.disconnect();
  await server.kill();
});

// What the check redisdb calls (DataDog/integrations-core, redisdb/datadog_checks/redisdb/redisdb.py): where CONFIG GET is refused, as by ElastiCache, it takes
// slowlog-max-len from its own configuration.
it.each([['PING'], ['INFO'], ['INFO', 'commandstats'], ['SLOWLOG', 'GET', '128'], ['SLOWLOG', 'LEN'], ['CLIENT', 'SETNAME', 'datadog']])(
  'the Agent may call %s %s',
  async (command, ...args) => {
    await expect(agent.call(command, ...args)).resolves.toBeDefined();
  },
);

it.each([
  ['GET', 'kelvo-dev:cart:1'],
  ['SET', 'kelvo-dev:cart:1', 'x'],
  ['DEL', 'kelvo-dev:cart:1'],
  ['KEYS', '*'],
  ['SCAN', '0'],
  ['RANDOMKEY'],
  ['EVAL', 'return 1', '0'],
  ['FLUSHALL'],
  ['CONFIG', 'GET', '*'],
  ['CONFIG', 'SET', 'maxmemory', '1'],
  ['CLIENT', 'LIST'],
  ['CLIENT', 'KILL', 'TYPE', 'normal'],
  ['CLIENT', 'PAUSE', '1'],
  ['SLOWLOG', 'RESET'],
  ['MONITOR'],
  ['SUBSCRIBE', 'x'],
  ['ACL', 'LIST'],
  ['SHUTDOWN', 'NOSAVE'],
  ['REPLICAOF', 'NO', 'ONE'],
])('the Agent may not call %s %s', async (command, ...args) => {
  await expect(agent.call(command, ...args)).rejects.toThrow(/NOPERM/);
});

it('the Agent’s user is the one of the template, and has a password', () => {
  expect(rules).toContain('resetkeys');
  expect(rules).not.toContain('nopass');
});
