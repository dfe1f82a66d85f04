import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { config } from '#platform/config.ts';
import { foreignText } from '#platform/foreign-text.ts';

/** `refused`: what came will not do, and asking again gives the same. `away`: nothing came, the next run may have more luck. */
export type FeedOutcome = { outcome: 'done'; text: string } | { outcome: 'refused' | 'away'; reason: string };

const limitMs = 10_000;
/** The bank's file has less than 2 KB. */
const maxBytes = 65_536;
const maxRedirects = 3;

/**
 * Fetches a feed. In the cloud by https alone; plain http and files are for a machine of one's own. A redirect is followed within the feed's own
 * origin: elsewhere it could lead into the network that the function runs in. Never throws.
 */
export async function fetchFeed(feed: URL, signal: AbortSignal): Promise<FeedOutcome> {
  if (config.STAGE !== 'local' && feed.protocol !== 'https:') return refused(`${feed.protocol} is for a machine of one's own`);
  try {
    if (feed.protocol === 'file:') return await readFile(feed);
    return await fetchFrom(feed, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]));
  } catch (error) {
    return away(String(error instanceof Error && error.cause ? error.cause : error));
  }
}

async function fetchFrom(feed: URL, signal: AbortSignal): Promise<FeedOutcome> {
  let url = feed;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const response = await fetch(url.href, { redirect: 'manual', signal, headers: { accept: 'application/xml, text/xml' } });
    const { status } = response;
    if (status === 200) return textOf(response.body ?? []);
    await response.body?.cancel();
    if (status === 408 || status === 429 || status >= 500) return away(`it answered ${status}`);
    const location = response.headers.get('location');
    if (status < 300 || status > 399 || location === null) return refused(`it answered ${status}`);
    const next = URL.parse(location, url.href);
    if (!next || next.origin !== feed.origin) return refused('it leads to another host');
    url = next;
  }
  return refused(`it leads on more than ${maxRedirects} times`);
}

async function readFile(feed: URL): Promise<FeedOutcome> {
  const file = await open(fileURLToPath(feed));
  return textOf(file.createReadStream()); // closes the file when it ends
}

/** A text of a bounded length. It is UTF-8 (what the bank sends), or refused. */
async function textOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<FeedOutcome> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of chunks) {
    length += part.length;
    if (length > maxBytes) return refused(`it has more than ${maxBytes} bytes`);
    parts.push(part);
  }
  try {
    return { outcome: 'done', text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)) };
  } catch {
    return refused('it is not UTF-8');
  }
}

const refused = (reason: string): FeedOutcome => ({ outcome: 'refused', reason: foreignText(reason) });
const away = (reason: string): FeedOutcome => ({ outcome: 'away', reason: foreignText(reason) });
