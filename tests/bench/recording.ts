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
  (globalThis as unknown as Record<symbol, unknown>)[Symbol.for('kelvo.pg')] = pool;
  return { statements, end: () => pool.end() };
}

const generated = /[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|pi_mock_[0-9a-f]+|K-[0-9A-Z]{4}-[0-9A-Z]{4}/g;

/**
 * Recorded statements as a script to run again and again: what a request makes up anew (ids, order numbers, intents) is made up anew for each
 * run, the same in every statement of it; `keep` stays as it is.
 */
export function scriptOf(statements: Statement[], keep: Set<string>) {
  const rename = (text: string, names: Map<string, string>) =>
    text.replace(generated, (found) => {
      if (keep.has(found)) return found;
      const known = names.get(found) ?? another(found);
      names.set(found, known);
      return known;
    });
  const compiled = statements.map(({ text, values }) => ({
    text,
    values: values.map((value) => {
      const isObject = typeof value === 'object' && value !== null && !(value instanceof Date) && !Array.isArray(value);
      const plain = isObject ? JSON.stringify(value) : value;
      const list = Array.isArray(plain) ? plain : [plain];
      const renames = list.some(
        (each) => typeof each === 'string' && each.replace(generated, (found) => (keep.has(found) ? '' : '§')).includes('§'),
      );
      return { plain, renames };
    }),
  }));
  return (names: Map<string, string>): Statement[] =>
    compiled.map(({ text, values }) => ({
      text,
      values: values.map(({ plain, renames }) => {
        if (!renames) return plain;
        return Array.isArray(plain)
          ? plain.map((each) => (typeof each === 'string' ? rename(each, names) : each))
          : rename(plain as string, names);
      }),
    }));
}

function another(sample: string): string {
  if (sample.startsWith('pi_mock_')) return `pi_mock_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;
  if (sample.startsWith('K-')) return `K-${crypto.randomUUID().slice(0, 4).toUpperCase()}-${crypto.randomUUID().slice(0, 4).toUpperCase()}`;
  return crypto.randomUUID();
}
