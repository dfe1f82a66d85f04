import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { callInWaves } from './cold-start-storm.client.ts';
import { atOnce, coldPaths } from './cold-start-waves.ts';

it('each wave asks for more at once than the one before, up to what its strength allows', () => {
  const waves = [1, 2, 3, 4, 5, 6, 7];
  expect(waves.map((wave) => atOnce(wave, 1))).toEqual([2, 4, 6, 8, 10, 10, 10]);
  expect(waves.map((wave) => atOnce(wave, 0.5))).toEqual([2, 4, 5, 5, 5, 5, 5]);
  expect(atOnce(1, 0.01)).toBe(1);
});

it('a wave calls each function as often, never an address twice, and no more than 200 times a minute', () => {
  const paths = coldPaths(atOnce(100, 1), randomUUID);
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths.length * (60 / 12)).toBeLessThanOrEqual(200);
});

it('the calls of a wave are all under way at once, and none follows once the signal has aborted', async () => {
  const waiting: (() => void)[] = [];
  const server = createServer((_request, response) => void waiting.push(() => response.end()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = new AbortController();
  const storm = callInWaves(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 1, stop.signal);
  await expect.poll(() => waiting.length).toBe(8); // two of each function, and nobody has been answered
  for (const answer of waiting) answer();
  stop.abort();
  await storm;
  expect(waiting).toHaveLength(8);
  server.close();
});
