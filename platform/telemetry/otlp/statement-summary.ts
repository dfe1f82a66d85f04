/** As long as the convention lets a summary be. */
const longestSummary = 255;
const longestText = 2_000;
const mostRemembered = 2_000;
const mostParts = 4;

const target = '(?:only\\s+)?([a-z_][\\w.]*)';
const parts = new RegExp(
  `\\b(insert\\s+into|update|delete\\s+from|from|join|using)\\s+${target}|\\b([a-z_]\\w*)\\s*(?:\\([^()]*\\))?\\s+as\\s+(?:not\\s+)?(?:materialized\\s+)?\\(`,
  'gi',
);
const notTables = /^(select|set|unnest|generate_series|jsonb?_\w+|lateral|skip|of|nowait|values|now|clock_timestamp)$/i;
const verbs: Record<string, string> = { insert: 'INSERT', update: 'UPDATE', delete: 'DELETE' };

/**
 * A statement's `db.query.summary`: what it does to which tables, in the order in which it says so, such as `INSERT orders UPDATE products`. The
 * names of its own parts (`with a as (…)`) are no tables. It names the span: few different ones, and no value.
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/#generating-a-summary-of-the-query
 */
export function summaryOf(statement: string): string {
  const text = statement.replace(/--[^\n]*/g, ' ').replace(/'(?:[^']|'')*'/g, "''");
  const found = [...text.matchAll(parts)];
  const own = new Set(found.flatMap(([, , , name]) => (name === undefined ? [] : [name.toLowerCase()])));
  const said = new Set<string>();
  for (const [whole, word, table] of found) {
    if (word === undefined || table === undefined || own.has(table.toLowerCase()) || notTables.test(table)) continue;
    const isFunction = text.startsWith('(', text.indexOf(whole) + whole.length) && !/^insert/i.test(word);
    if (!isFunction) said.add(`${verbs[word.slice(0, 6).toLowerCase()] ?? 'SELECT'} ${table}`);
  }
  // What is written says more about a statement than what it reads to do so.
  const writes = [...said].filter((part) => !part.startsWith('SELECT'));
  const chosen = writes.length > 0 ? writes : [...said];
  const [verb = ''] = /[a-z]+/i.exec(text) ?? [];
  const more = chosen.length > mostParts ? ' …' : '';
  return (chosen.slice(0, mostParts).join(' ') + more || verb.toUpperCase()).slice(0, longestSummary);
}

export interface Described {
  summary: string;
  text: string;
}

/** Remembers what it found: the shop has some hundred statements, and says each of them thousands of times. */
export function describer(): (statement: string) => Described {
  const known = new Map<string, Described>();
  return (statement) => {
    const before = known.get(statement);
    if (before) return before;
    const text = statement.replace(/\s+/g, ' ').trim();
    const described = { summary: summaryOf(statement), text: text.length > longestText ? `${text.slice(0, longestText)}…` : text };
    if (known.size < mostRemembered) known.set(statement, described);
    return described;
  };
}
