import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { config } from '#platform/config.ts';
import { fetchFeed } from './rates-feed.client.ts';

let server: Server;
let answer: RequestListener;
let asked: string[] = [];
const { STAGE } = config;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  config.STAGE = STAGE;
  asked = [];
});

const host = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const fetched = (url = `${host()}/rates.xml`, signal = new AbortController().signal) => {
  config.STAGE = 'local';
  return fetchFeed(new URL(url), signal);
};
const answering = (status: number, headers: Record<string, string> = {}, body: string | Buffer = '') => {
  answer = (_, response) => void response.writeHead(status, headers).end(body);
};

test('what the feed answers comes as text, without its byte order mark', async () => {
  answering(200, {}, '\ufeff<a>é</a>');
  expect(await fetched()).toEqual({ outcome: 'done', text: '<a>é</a>' });
});

test('a redirect is followed on the same origin, and not to any other', async () => {
  answer = ({ url }, response) => {
    if (url === '/rates.xml') response.writeHead(302, { location: '/there/rates.xml' }).end();
    else response.end('<a/>');
  };
  expect(await fetched()).toEqual({ outcome: 'done', text: '<a/>' });
  expect(asked).toEqual(['/rates.xml', '/there/rates.xml']);
  for (const location of [
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
    host().replace('127.0.0.1', 'localhost'),
    'http://[',
    '//x',
  ]) {
    answering(301, { location });
    expect(await fetched()).toEqual({ outcome: 'refused', reason: 'it leads to another host' });
  }
});

test('redirects that go round end', async () => {
  asked = [];
  answering(302, { location: '/rates.xml' });
  expect(await fetched()).toEqual({ outcome: 'refused', reason: 'it leads on more than 3 times' });
  expect(asked).toHaveLength(4);
});

test.each([204, 304, 400, 401, 403, 404, 410])('an answer of %s is a refusal', async (status) => {
  answering(status);
  expect(await fetched()).toEqual({ outcome: 'refused', reason: `it answered ${status}` });
});

test.each([408, 429, 500, 502, 503])('after an answer of %s the feed is away', async (status) => {
  answering(status, {}, 'sorry');
  expect(await fetched()).toEqual({ outcome: 'away', reason: `it answered ${status}` });
});

test('a feed that breaks off, hangs until the run ends, or is not there is away', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('<a', () => response.destroy());
  };
  expect(await fetched()).toMatchObject({ outcome: 'away' });
  const run = new AbortController();
  answer = () => run.abort();
  expect(await fetched(undefined, run.signal)).toMatchObject({ outcome: 'away' });
  expect(await fetched('http://127.0.0.1:2/')).toMatchObject({ outcome: 'away', reason: expect.stringContaining('ECONNREFUSED') });
});

test('more than 64 KiB are refused, however they come', async () => {
  answering(200, {}, 'x'.repeat(65_536));
  expect(await fetched()).toMatchObject({ outcome: 'done' });
  answering(200, {}, 'x'.repeat(65_537));
  expect(await fetched()).toEqual({ outcome: 'refused', reason: 'it has more than 65536 bytes' });
  answer = (_, response) => {
    const more = () => void (response.destroyed || response.write('x'.repeat(10_000), more)); // for ever, without saying how much
    more();
  };
  expect(await fetched()).toMatchObject({ outcome: 'refused' });
  expect(await fetched('file:///dev/zero')).toMatchObject({ outcome: 'refused' });
});

test('what is no UTF-8 is refused', async () => {
  answering(200, {}, Buffer.from([0x3c, 0xe9, 0x3e]));
  expect(await fetched()).toEqual({ outcome: 'refused', reason: 'it is not UTF-8' });
});

test('a file is read where the shop runs on a machine of its own', async () => {
  expect(await fetched(pathToFileURL(import.meta.filename).href)).toMatchObject({
    outcome: 'done',
    text: expect.stringContaining('createServer'),
  });
  expect(await fetched('file:///no/such/file')).toMatchObject({ outcome: 'away', reason: expect.stringContaining('ENOENT') });
});

test.each(['dev', 'staging', 'prod'])('in stage %s nothing but https is asked', async (stage) => {
  asked = [];
  answering(200, {}, '<a/>');
  for (const url of [`${host()}/rates.xml`, pathToFileURL(import.meta.filename).href]) {
    config.STAGE = stage;
    expect(await fetchFeed(new URL(url), new AbortController().signal)).toMatchObject({ outcome: 'refused' });
  }
  expect(asked).toEqual([]);
});
