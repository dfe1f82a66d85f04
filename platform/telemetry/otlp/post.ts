import { once } from 'node:events';
import type { CollectorAnswer } from './collector-answer.ts';
import type { HeaderSource } from './headers.ts';

/** No more of an answer is read: it says in a sentence what is wrong. */
const answerLimit = 10_000;

/**
 * A way to post JSON to one URL, over connections that stay open. By node:http, which a cold start loads in a fraction of fetch's time, and which
 * our spans of calls do not watch: the exporter never traces itself.
 */
export function poster(url: URL, headers: HeaderSource) {
  const module = import(url.protocol === 'https:' ? 'node:https' : 'node:http') as Promise<typeof import('node:http')>;
  const agent = module.then(({ Agent }) => new Agent({ keepAlive: true, maxSockets: 1 }));
  return async (body: string, signal: AbortSignal): Promise<CollectorAnswer> => {
    const { request } = await module;
    const own = { ...(await headers.read()), 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent: await agent, headers: own, signal });
    sent.end(body);
    const [response] = (await once(sent, 'response', { signal })) as [import('node:http').IncomingMessage];
    if (response.statusCode === 401 || response.statusCode === 403) headers.distrust();
    let text = '';
    for await (const chunk of response) if (text.length < answerLimit) text += chunk;
    return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body: text };
  };
}
