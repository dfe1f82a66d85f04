import pg from 'pg';

/** A statement as it went to PostgreSQL. */
export interface Statement {
  text: string;
  values: unknown[];
}

/**
 * Puts a pool that writes down every statement where platform/db/pool.ts keeps the process's one: bundles loaded afterwards use it.
 * So the bare server runs the very SQL of the functions, today's and tomorrow's.
 */
export function recordStatements(connectionString: string): { statements: Statement[]; end(): Promise<void> } {
  const statements: Statement[] = [];
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((text: unknown, values?: unknown, ...rest: unknown[]) => {
      if (typeof text === 'string') statements.push({ text, values: Array.isArray(values) ? [...values] : [] });
      return query(text, values, ...rest);
    }) as typeof client.query;
  });
  Reflect.set(globalThis, Symbol.for('kelvo.pg'), pool);
  return { statements, end: () => pool.end() };
}

const generated = /[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|pi_mock_[0-9a-f]+|K-[0-9A-Z]{4}-[0-9A-Z]{4}/g;

/** What a recorded id is called in one run. */
export type Names = Map<string, string>;

/** The ids in a text that a request makes up; `keep` are the catalog's. */
export const tokensOf = (text: string, keep: Set<string>): string[] => (text.match(generated) ?? []).filter((token) => !keep.has(token));

/** A text with every made-up id under this run's name for it. */
export const rename = (text: string, names: Names, keep: Set<string>): string =>
  text.replace(generated, (found) => {
    if (keep.has(found)) return found;
    const known = names.get(found) ?? another(found);
    names.set(found, known);
    return known;
  });

/** Recorded statements as a script to run again and again: what a request makes up is made up anew, the same in every statement of a run. */
export function scriptOf(statements: Statement[], keep: Set<string>): (names: Names) => Statement[] {
  const made = (value: unknown): boolean =>
    Array.isArray(value) ? value.some(made) : typeof value === 'string' && tokensOf(value, keep).length > 0;
  const compiled = statements.map(({ text, values }) => ({
    text,
    values: values.map((value) => {
      const isObject = typeof value === 'object' && value !== null && !(value instanceof Date) && !Array.isArray(value);
      const plain = isObject ? JSON.stringify(value) : value;
      return { plain, isMade: made(plain) };
    }),
  }));
  const renamed = (value: unknown, names: Names): unknown =>
    Array.isArray(value) ? value.map((each) => renamed(each, names)) : typeof value === 'string' ? rename(value, names, keep) : value;
  return (names) =>
    compiled.map(({ text, values }) => ({ text, values: values.map(({ plain, isMade }) => (isMade ? renamed(plain, names) : plain)) }));
}

function another(sample: string): string {
  if (sample.startsWith('pi_mock_')) return `pi_mock_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;
  if (sample.startsWith('K-')) return `K-${crypto.randomUUID().slice(0, 4).toUpperCase()}-${crypto.randomUUID().slice(0, 4).toUpperCase()}`;
  return crypto.randomUUID();
}
