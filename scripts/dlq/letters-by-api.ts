import type { DeadLetter, listDeadLettersRoute } from '#functions/ops/lib/contract.ts';
import type { AnswerOf } from '#platform/http/contract.ts';

/**
 * All dead letters that the shop's API lists, by id.
 * @param token an admin's access token
 * @throws Error that says what the API answered
 */
export async function lettersByApi({ url, token }: { url: string; token: string }): Promise<Map<string, DeadLetter>> {
  const letters = new Map<string, DeadLetter>();
  let cursor: string | null = null;
  do {
    const page = new URL(`/api/admin/dead-letters?limit=100${cursor === null ? '' : `&cursor=${cursor}`}`, url);
    const response: Response = await fetch(page, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(30_000) });
    if (!response.ok)
      throw new Error(
        `${page.origin} answered ${response.status}${response.status === 401 ? ': is KELVO_ACCESS_TOKEN older than 15 minutes?' : ''}`,
      );
    const { items, nextCursor } = (await response.json()) as AnswerOf<typeof listDeadLettersRoute>;
    for (const letter of items) letters.set(letter.id, letter);
    cursor = nextCursor;
  } while (cursor !== null);
  return letters;
}
