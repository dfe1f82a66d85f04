import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isbot } from 'isbot';
import { afterEach, expect, test } from 'vitest';
import { arrivalsOf } from './arrivals.ts';
import { noFigures } from './figures.ts';
import { type Run, sendTraffic } from './send-traffic.ts';
import { sendTo, userAgent } from './shop.client.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Asked {
  url: string;
  headers: IncomingHttpHeaders;
}

/** Something that answers HTTP on this machine, and remembers what it was asked. `null` never answers. */
async function answering(answer: { status: number; headers?: Record<string, string>; text?: string } | null) {
  const asked: Asked[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push({ url, headers });
    if (answer) response.writeHead(answer.status, answer.headers).end(answer.text ?? '{}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { asked, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const run = (origin: string): Run => ({ seed: 1, requestsPerMinute: 6_000, tag: 'test', origin, startedAt: Date.now() - 2_000 });
/** Its two seconds are over already, so nobody is waited for. */
const atOnce = (signal = new AbortController().signal) => ({ figures: noFigures(), thinking: 0, signal });
const step = { thinkMs: 0, route: 'GET /api/products', method: 'GET', path: '/api/products', headers: {}, expected: [] };
const on = new AbortController().signal;

test('everybody who arrives is sent on a journey, however slow those before are, and each request is counted once', async () => {
  const shop = await answering({ status: 200, text: '{"items":[],"facets":{"categories":[]}}' });
  const everybody = [...arrivalsOf(run(shop.origin), 0, 2)].length;
  const sending = atOnce();
  await sendTraffic(run(shop.origin), 2, sending);
  const { figures } = sending;
  expect(figures).toMatchObject({ arrived: everybody, dropped: 0, sent: shop.asked.length, failed: {} });
  expect(figures.ok).toBe(figures.sent);
});

test('an answer that no contract knows ends the journey that got it, counted, and no other', async () => {
  const shop = await answering({ status: 200, text: '{"items":[{"id":"1"}]}' });
  const sending = atOnce();
  await sendTraffic(run(shop.origin), 2, sending);
  const { arrived, sent, ok, failed } = sending.figures;
  expect(failed['unexpected-answer']).toBeGreaterThan(0);
  expect(ok + (failed['unexpected-answer'] ?? 0)).toBe(sent);
  expect(sent).toBeGreaterThan(arrived);
});

test('stopping cuts off what is under way soon, and counts it', async () => {
  const shop = await answering(null);
  const stop = new AbortController();
  const sending = atOnce(stop.signal);
  const sent = sendTraffic(run(shop.origin), 2, sending);
  await expect.poll(() => shop.asked.length).toBeGreaterThan(3);
  stop.abort();
  await sent;
  const { failed, sent: count } = sending.figures;
  expect(failed).toEqual({ 'cut-off': count });
});

test('each request has a trace of its own, in the headers of W3C and Datadog, and does not claim to come from a browser’s session', async () => {
  const shop = await answering({ status: 200 });
  await sendTo(shop.origin, step, on);
  await sendTo(shop.origin, step, on);
  const [one, other] = shop.asked.map(({ headers }) => headers);
  expect(one?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(one?.['x-datadog-trace-id']).toBe(BigInt(`0x${one?.traceparent?.toString().slice(19, 35)}`).toString());
  expect(one).toMatchObject({ 'x-datadog-parent-id': expect.stringMatching(/^\d+$/), 'x-datadog-sampling-priority': '1' });
  expect(one).not.toHaveProperty('x-datadog-origin');
  expect(one?.traceparent?.toString().slice(3, 35)).not.toBe(other?.traceparent?.toString().slice(3, 35));
});

test('who asks says what it is, and is not taken for a robot, so that its views count', async () => {
  const shop = await answering({ status: 200 });
  await sendTo(shop.origin, step, on);
  expect(shop.asked[0]?.headers['user-agent']).toBe(userAgent);
  expect(isbot(userAgent)).toBe(false);
});

test('nothing leads away from the shop: no redirect is followed, and no path names another host', async () => {
  const elsewhere = await answering({ status: 200 });
  const shop = await answering({ status: 302, headers: { location: `${elsewhere.origin}/api/products` } });
  expect(await sendTo(shop.origin, step, on)).toMatchObject({ status: 302, code: 'redirected' });
  for (const path of ['.evil.example/api', '@evil.example/', ':1@evil.example/'])
    await expect(sendTo('http://shop.example', { ...step, path }, on)).rejects.toThrow('away from the shop');
  expect(elsewhere.asked).toEqual([]);
});

test('what goes wrong has a code: the problem’s own, the status, or why there was no answer', async () => {
  const codeOf = async (answer: Parameters<typeof answering>[0]) => (await sendTo((await answering(answer)).origin, step, on)).code;
  expect(await codeOf({ status: 503, text: '{"code":"provider-unavailable"}' })).toBe('provider-unavailable');
  expect(await codeOf({ status: 502, text: '<html>' })).toBe('http-502');
  expect(await codeOf({ status: 200, text: '<html>' })).toBe('no-json');
  const gone = await answering({ status: 200 });
  servers.at(-1)?.close();
  expect((await sendTo(gone.origin, step, on)).code).toBe('unreachable');
});
