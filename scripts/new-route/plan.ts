import type { AuthLevel, RouteContract } from '#platform/http/contract.ts';

/** What a new route is called everywhere. */
export interface RoutePlan {
  method: RouteContract['method'];
  /** `/api/orders/{id}/receipt` */
  path: string;
  auth: Exclude<AuthLevel, 'webhook'>;
  domain: string;
  /** The file and the function in the cloud: `get-receipt`. */
  verbNoun: string;
  /** The use case and the contract without `Route`: `getReceipt`. */
  id: string;
  /** The function in template.yaml: `OrdersGetReceipt`. */
  logicalId: string;
  /** Names of the path's parameters. */
  params: string[];
  /** In a few words, for documents: `Get receipt`. To be said better by hand. */
  summary: string;
}

const levels = ['public', 'shopper', 'admin'] as const;

export const usage = `Usage: npm run new -- '<METHOD> /api/…' [--auth public|shopper|admin] [--name verb-noun] [--domain name]

  npm run new -- 'GET /api/orders/{id}/receipt'
  npm run new -- 'POST /api/products/{id}/reviews' --auth shopper --name add-review

Writes the route's contract, use case, function, block in template.yaml, replayable events and a test that fails until the route does its work.`;

/**
 * @param domainOf the domain that has the routes below a path's first part: `orders` for `/api/orders`
 * @throws Error that says what is wrong with the arguments
 */
export function planRoute(args: readonly string[], domainOf: (firstPart: string) => string | undefined): RoutePlan {
  const options = new Map<string, string>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (!word.startsWith('--')) words.push(word);
    else if (['--auth', '--name', '--domain'].includes(word) && args[i + 1] !== undefined) options.set(word, args[++i] as string);
    else throw new Error(usage);
  }
  const [, method, path] = /^(GET|POST|PUT|DELETE) (\/api(?:\/(?:[a-z0-9-]+|\{[a-zA-Z]+\}))+)$/.exec(words.join(' ')) ?? [];
  if (method === undefined || path === undefined) throw new Error(usage);
  const auth = levels.find((level) => level === (options.get('--auth') ?? 'shopper'));
  if (auth === undefined) throw new Error(usage);
  const parts = path.split('/').slice(2);
  const first = parts[0] ?? '';
  const domain = options.get('--domain') ?? domainOf(first) ?? first;
  const verbNoun = options.get('--name') ?? verbNounOf(method as RouteContract['method'], parts);
  for (const name of [domain, verbNoun]) if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`${name} is no name in kebab-case`);
  const id = camel(verbNoun);
  return {
    method: method as RouteContract['method'],
    path,
    auth,
    domain,
    verbNoun,
    id,
    logicalId: pascal(`${domain}-${verbNoun}`),
    params: parts.filter(isParameter).map((part) => part.slice(1, -1)),
    summary: sentence(verbNoun),
  };
}

const isParameter = (part: string) => part.startsWith('{');
const camel = (kebab: string) => kebab.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
export const pascal = (kebab: string) => camel(`-${kebab}`);
const sentence = (kebab: string) => `${kebab.charAt(0).toUpperCase()}${kebab.slice(1).replaceAll('-', ' ')}`;
const singular = (noun: string) => noun.replace(/ies$/, 'y').replace(/([^s])s$/, '$1');

/** `GET /api/orders/{id}/receipt` is get-receipt, `GET /api/reviews` list-reviews, `POST /api/reviews` create-review. */
function verbNounOf(method: RouteContract['method'], parts: string[]): string {
  const noun = parts.filter((part) => !isParameter(part)).at(-1) ?? '';
  const ofOne = parts.length > 1 && isParameter(parts.at(-1) ?? '');
  if (method === 'GET') return !ofOne && noun.endsWith('s') ? `list-${noun}` : `get-${singular(noun)}`;
  const verb = { POST: 'create', PUT: 'update', DELETE: 'delete' }[method];
  return `${verb}-${singular(noun)}`;
}
