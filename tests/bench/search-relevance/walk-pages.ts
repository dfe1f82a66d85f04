/** A page of ids, and where the next one begins. */
export type AskPage = (query: Record<string, string>) => Promise<{ ids: readonly string[]; nextCursor: string | null }>;

export interface Walked {
  pages: number;
  /** Of the products that were there all the time: those that no page had. */
  missing: readonly string[];
  twice: readonly string[];
}

/**
 * Walks a search to its end, while others write.
 * @param there ids of the products that match when the walk begins
 * @param between writes between two pages, and gives the ids that it archived
 */
export async function walkSearch(
  ask: AskPage,
  query: Record<string, string>,
  there: readonly string[],
  between: (page: number) => Promise<readonly string[]>,
): Promise<Walked> {
  const seen = new Map<string, number>();
  const gone = new Set<string>();
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages++) {
    if (pages > 5_000) throw new Error(`${JSON.stringify(query)} has no end`);
    const page: Awaited<ReturnType<AskPage>> = await ask(cursor === '' ? query : { ...query, cursor });
    for (const id of page.ids) seen.set(id, (seen.get(id) ?? 0) + 1);
    for (const id of await between(pages)) gone.add(id);
    cursor = page.nextCursor;
  }
  return {
    pages,
    missing: there.filter((id) => !seen.has(id) && !gone.has(id)),
    twice: [...seen].filter(([, times]) => times > 1).map(([id]) => id),
  };
}
