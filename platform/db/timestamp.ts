const utc = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/;

/** PostgreSQL's text of a timestamptz as ISO 8601 in UTC with milliseconds: `2026-11-20 21:15:00.5+00` → `2026-11-20T21:15:00.500Z`. */
export function timestampFromPostgres(text: string): string {
  const parts = utc.exec(text);
  return parts
    ? `${parts[1]}T${parts[2]}.${(parts[3] ?? '').padEnd(3, '0')}Z`
    : new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')).toISOString();
}
