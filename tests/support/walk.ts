import type * as z from 'zod/mini';
import type { RouteContract } from '#platform/http/contract.ts';
import type { Reply, Shop } from './shop.ts';

/** A reply's body as its route's contract has it; throws where it has not. */
export function conforming<R extends RouteContract>(route: R, { status, body, text }: Reply): Reply['body'] {
  const schema = route.answers[status] as z.ZodMiniType | undefined | null;
  if (!schema) throw new Error(`${route.method} ${route.path} never answers ${status}: ${text.slice(0, 300)}`);
  const result = schema.safeParse(body);
  if (!result.success) throw new Error(`${route.path}: ${JSON.stringify(result.error.issues)} in ${text.slice(0, 300)}`);
  return result.data;
}

/** Reads a list from end to end, page by page, and gives what it held. */
// biome-ignore lint/suspicious/noExplicitAny: items are what the contract says
export async function walk(shop: Pick<Shop, 'call'>, route: RouteContract, query: Record<string, string>, limit = 7): Promise<any[]> {
  const items: unknown[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null; pages++) {
    if (pages > 200) throw new Error('The list has no end');
    const asked: URLSearchParams = new URLSearchParams({ ...query, limit: String(limit), ...(cursor === '' ? {} : { cursor }) });
    const page: Reply['body'] = conforming(route, await shop.call(`${route.path}?${asked}`));
    if (page.items.length > limit || (page.nextCursor !== null && page.items.length !== limit))
      throw new Error(`A page of ${page.items.length}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
