import { type Grade, type JudgedQuery, judgedQueries } from './queries.ts';

/** Asks the shop and gives the slugs of what it found, best first. */
export type Ask = (q: string) => Promise<readonly string[]>;

export interface Score {
  queries: number;
  /** How near the first ten are to the best order that there is: 1 is that order. */
  ndcg: number;
  /** The share of queries with a wanted product (grade 2 or 3) among the first three, and in the first place. */
  top3: number;
  top1: number;
}

export interface Verdict {
  all: Score;
  /** Those that the search was tuned with, and those that it was not. */
  tuned: Score;
  heldOut: Score;
  byKind: ReadonlyMap<string, Score>;
  /** Queries that tuning may look at, worst first, with what was found. */
  worst: readonly Judged[];
}

interface Judged {
  query: JudgedQuery;
  found: readonly string[];
  ndcg: number;
  top3: boolean;
  top1: boolean;
}

/** What the search has to reach. */
export const goal = { ndcg: 0.93, top3: 0.95 } as const;
export const reachesGoal = ({ ndcg, top3 }: Score): boolean => ndcg >= goal.ndcg && top3 >= goal.top3;

/**
 * Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen, 2002), with the gain 2^grade − 1 that web search uses
 * (Burges et al., 2005): a wanted product counts less the later it comes.
 * @param found grades of what was found, best first; `possible` those of all products
 */
export function ndcg10(found: readonly (Grade | 0)[], possible: readonly Grade[]): number {
  const gain = (grades: readonly number[]) => grades.slice(0, 10).reduce((sum, grade, i) => sum + (2 ** grade - 1) / Math.log2(i + 2), 0);
  return gain(found) / gain([...possible].sort((a, b) => b - a));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (list: readonly Judged[], holds: (one: Judged) => boolean) => list.filter(holds).length / list.length;
const scoreOf = (list: readonly Judged[]): Score => ({
  queries: list.length,
  ndcg: mean(list.map(({ ndcg }) => ndcg)),
  top3: share(list, ({ top3 }) => top3),
  top1: share(list, ({ top1 }) => top1),
});

/** Asks every judged query and says how good the answers are. */
export async function judgeSearch(ask: Ask, queries: readonly JudgedQuery[] = judgedQueries): Promise<Verdict> {
  const judged: Judged[] = [];
  for (const query of queries) {
    const found = await ask(query.q);
    const grades = found.map((slug) => new Map<string, Grade>(query.grades).get(slug) ?? 0);
    const wanted = (first: number) => grades.slice(0, first).some((grade) => grade >= 2);
    judged.push({ query, found, ndcg: ndcg10(grades, [...query.grades.values()]), top3: wanted(3), top1: wanted(1) });
  }
  const tuned = judged.filter(({ query }) => !query.heldOut);
  return {
    all: scoreOf(judged),
    tuned: scoreOf(tuned),
    heldOut: scoreOf(judged.filter(({ query }) => query.heldOut)),
    byKind: new Map([...Map.groupBy(judged, ({ query }) => query.kind)].map(([kind, list]) => [kind, scoreOf(list)])),
    worst: tuned.filter(({ ndcg }) => ndcg < 1).sort((a, b) => a.ndcg - b.ndcg),
  };
}
