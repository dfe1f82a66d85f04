import type { Sql } from './sql.ts';

/** A part of a statement: its SQL, with `bind` for each value. It may name parts that stand before it. */
export type Part = (bind: (value: unknown) => string) => string;

/**
 * Runs several parts as one statement, and so in one round trip: `with a as (…), b as (…) select …`. All parts see the tables as they were when
 * the statement began, none sees what another writes; parts that change something run in any case, others as far as they are read.
 * @param select reads the parts, by their names
 */
export function together<Row extends object>(sql: Sql, parts: Readonly<Record<string, Part>>, select: string): Promise<Row[]> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const named = Object.entries(parts).map(([name, part]) => `${name} as (${part(bind)})`);
  return sql<Row>(`with ${named.join(',\n     ')}\n${select}`, values);
}
