/** Compares actual with expected values. An expectation names only what matters; other fields may have any value. */

const kinds: Record<string, (value: unknown) => boolean> = {
  any: (value) => value !== undefined,
  string: (value) => typeof value === 'string' && value !== '',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  uuid: (value) => typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(value),
  iso: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
  date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  absent: (value) => value === undefined,
};

/**
 * Returns one line for each difference; empty if `actual` matches.
 * - `"<uuid>"`, `"<string>"`, `"<number>"`, `"<boolean>"`, `"<iso>"`, `"<date>"`, `"<any>"`, `"<absent>"` stand for any such value
 * - `"<matches ^K->"` for text that a regular expression fits
 * - a list has as many items as the expected one; an object `{"length": 2, "0": {…}}` asks for less
 */
export function differences(actual: unknown, expected: unknown, at: string): string[] {
  if (typeof expected === 'string') return textDifferences(actual, expected, at);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [differs(actual, expected, at)];
    if (actual.length !== expected.length) return [`${at} has ${actual.length} items, expected ${expected.length}: ${shown(actual)}`];
    return expected.flatMap((item, i) => differences(actual[i], item, `${at}.${i}`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null) return [differs(actual, expected, at)];
    return Object.entries(expected).flatMap(([key, item]) => differences((actual as Record<string, unknown>)[key], item, `${at}.${key}`));
  }
  return actual === expected ? [] : [differs(actual, expected, at)];
}

function textDifferences(actual: unknown, expected: string, at: string): string[] {
  const [, kind = '', pattern] = /^<([a-z]+)(?: (.+))?>$/s.exec(expected) ?? [];
  const fits =
    kind === 'matches' && pattern !== undefined
      ? typeof actual === 'string' && new RegExp(pattern).test(actual)
      : kinds[kind] !== undefined && pattern === undefined
        ? kinds[kind](actual)
        : actual === expected;
  return fits ? [] : [differs(actual, expected, at)];
}

const differs = (actual: unknown, expected: unknown, at: string): string => `${at} is ${shown(actual)}, expected ${shown(expected)}`;

const shown = (value: unknown): string => {
  const text = value === undefined ? 'not there' : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
};
