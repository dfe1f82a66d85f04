import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { createPassOn, type PassOn, type PassOnOptions } from './pass-on.ts';

const open: { server: Server; passOn?: PassOn }[] = [];
afterEach(async () => {
  for (const { server, passOn } of open.splice(0)) {
    await passOn?.end(0);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Got {
  path: string;
  token: string | undefined;
  body: string;
}

/** A receiver that answers these statuses in turn, the last one for ever; and what passes batches on to it. */
async function receiver(statuses: number[], options: Partial<PassOnOptions> = {}) {
  const got: Got[] = [];
  const said: string[] = [];
  const answer: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      got.push({ path: request.url ?? '', token: request.headers['x-token'] as string | undefined, body });
      response.statusCode = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200;
      if (response.statusCode !== 0) response.end('{}');
    });
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/otlp/`;
  const passOn = createPassOn({ endpoint, firstPauseMs: 1, say: (line) => said.push(line), ...options });
  open.push({ server, passOn });
  return { got, said, passOn, server, endpoint };
}

const batch = (text: string) => Buffer.from(text);
const texts = (got: Got[]) => got.map(({ body }) => body);

it('batches go on in order, with the headers that were asked for', async () => {
  const { passOn, got, said } = await receiver([200], { headers: { 'x-token': 'secret' } });
  for (const text of ['one', 'two', 'three']) passOn.take(batch(text));
  await vi.waitFor(() => expect(passOn.counts()).toEqual({ sent: 3, refused: 0, dropped: 0, waiting: 0 }));
  expect(got).toEqual(['one', 'two', 'three'].map((body) => ({ path: '/otlp/v1/traces', token: 'secret', body })));
  expect(said).toEqual([]);
});

it.each([429, 502, 503, 504])('one that is answered with %i is sent again, and keeps back the others until it is taken', async (status) => {
  const { passOn, got, said } = await receiver([status, status, 200]);
  passOn.take(batch('one'));
  passOn.take(batch('two'));
  await vi.waitFor(() => expect(passOn.counts().sent).toBe(2));
  expect(texts(got)).toEqual(['one', 'one', 'one', 'two']);
  expect(said).toEqual([expect.stringContaining(`it answered ${status}`), expect.stringMatching(/takes traces again$/)]);
});

it('one that is refused for good is not sent again, and that is said once', async () => {
  const { passOn, got, said } = await receiver([400, 401, 200]);
  for (const text of ['one', 'two', 'three']) passOn.take(batch(text));
  await vi.waitFor(() => expect(passOn.counts()).toMatchObject({ sent: 1, refused: 2 }));
  expect(texts(got)).toEqual(['one', 'two', 'three']);
  expect(said).toEqual([expect.stringContaining('it answered 400')]);
});

it('while nobody is there a bounded number waits, what is too much is dropped, and nobody is kept from stopping', async () => {
  const { server, endpoint } = await receiver([200]);
  await new Promise((resolve) => server.close(resolve));
  const said: string[] = [];
  const passOn = createPassOn({ endpoint, limitBytes: 6, firstPauseMs: 60_000, say: (line) => said.push(line) });
  for (const text of ['one', 'two', 'three']) passOn.take(batch(text));
  expect(passOn.counts()).toEqual({ sent: 0, refused: 0, dropped: 1, waiting: 2 });
  await vi.waitFor(() => expect(said).toEqual([expect.stringMatching(/^traces wait for .*ECONNREFUSED/)]));
  await passOn.end(60_000);
  passOn.take(batch('four'));
  expect(passOn.counts().dropped).toBe(2);
});

it('one that hangs is given up in time and sent again', async () => {
  const { passOn, got, said } = await receiver([0, 200], { timeoutMs: 30 });
  passOn.take(batch('one'));
  await vi.waitFor(() => expect(passOn.counts().sent).toBe(1));
  expect(texts(got)).toEqual(['one', 'one']);
  expect(said[0]).toMatch(/timeout/);
});

it('what waits at the end is still sent, if that does not take long', async () => {
  const { passOn, got } = await receiver([200]);
  for (const text of ['one', 'two']) passOn.take(batch(text));
  await passOn.end(10_000);
  expect(texts(got)).toEqual(['one', 'two']);
});
