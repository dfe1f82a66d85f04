/** Whether a deployed stage works, asked from outside: what a shopper's browser would do. */
import { buyAsGuest } from '#local/sam/guest-purchase.ts';
import { Failure } from '../command-line.ts';
import { pause } from './pause.ts';

export interface Expectation {
  what: string;
  path: string;
  status: number;
  /** Text that the answer's content type begins with. */
  type: string;
  /** Text that the body has. */
  has?: string;
}

/** What every stage answers. Reads only, so it holds for a shop with customers in it. @param version the one that was deployed */
export function expectations({ version, hasSite }: { version: string; hasSite: boolean }): Expectation[] {
  return [
    { what: 'health, of this version', path: '/api/health', status: 200, type: 'application/json', has: `"version":"${version}"` },
    { what: 'products', path: '/api/products?limit=1', status: 200, type: 'application/json', has: '"items":[' },
    { what: 'a problem document for an unknown route', path: '/api/no-such-route', status: 404, type: 'application/problem+json' },
    ...(hasSite
      ? [
          { what: 'the start page', path: '/', status: 200, type: 'text/html' },
          { what: 'a page by its address', path: '/products', status: 200, type: 'text/html' },
          { what: '404 for an unknown page', path: '/no/such/page', status: 404, type: 'text/html' },
        ]
      : []),
  ];
}

/** What is wrong with an answer, or undefined. */
export function faultOf(expected: Expectation, { status, type, body }: { status: number; type: string; body: string }): string | undefined {
  if (status !== expected.status) return `${expected.path} answers ${status} instead of ${expected.status}: ${body.slice(0, 200)}`;
  if (!type.startsWith(expected.type)) return `${expected.path} is ${type || 'of no type'} instead of ${expected.type}`;
  if (expected.has !== undefined && !body.includes(expected.has))
    return `${expected.path} has no ${expected.has} in it: ${body.slice(0, 200)}`;
  return undefined;
}

/** How long a new address may take to be known everywhere, and a first cold start. */
const patienceMs = 90_000;

async function ask(url: string): Promise<{ status: number; type: string; body: string }> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(30_000) });
  return { status: response.status, type: response.headers.get('content-type') ?? '', body: await response.text() };
}

/**
 * Asks until everything is as expected; where `buys`, buys something at the end.
 * @throws Failure with what was wrong at last
 */
export async function smokeTest(
  url: string,
  {
    version,
    hasSite,
    buys,
    signal,
    say,
  }: { version: string; hasSite: boolean; buys: boolean; signal: AbortSignal; say: (line: string) => void },
): Promise<void> {
  const until = Date.now() + patienceMs;
  for (const expected of expectations({ version, hasSite })) {
    for (;;) {
      const fault = await ask(url + expected.path).then(
        (answer) => faultOf(expected, answer),
        (error: Error) => `${expected.path} cannot be reached: ${(error.cause as Error | undefined)?.message ?? error.message}`,
      );
      if (fault === undefined) break;
      if (Date.now() > until) throw new Failure(`The deployed shop does not work as it should: ${fault}`);
      await pause(2_000, signal);
    }
    say(`  ok  ${expected.what}`);
  }
  if (!buys) return;
  const { items } = JSON.parse((await ask(`${url}/api/products?limit=1`)).body) as { items: unknown[] };
  if (items.length === 0) return say('  --  nothing was bought: the shop has no products');
  await buyAsGuest(url, () => undefined).catch((error: Error) => {
    throw new Failure(`Nothing can be bought in the deployed shop: ${error.message}`);
  });
  say('  ok  a guest bought something, paid by the mock provider');
}
