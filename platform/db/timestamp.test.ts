import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timestampFromPostgres } from './timestamp.ts';

test('PostgreSQL’s text is the same instant in ISO 8601', () => {
  const table: Record<string, string> = {
    '2026-11-20 21:15:00+00': '2026-11-20T21:15:00.000Z',
    '2026-11-20 21:15:00.5+00': '2026-11-20T21:15:00.500Z',
    '2026-11-20 21:15:00.05+00': '2026-11-20T21:15:00.050Z',
    '2026-11-20 21:15:00.123+00': '2026-11-20T21:15:00.123Z',
    '2026-11-20 23:15:00.5+02': '2026-11-20T21:15:00.500Z',
    '2026-11-20 15:45:00-05:30': '2026-11-20T21:15:00.000Z',
  };
  for (const [written, iso] of Object.entries(table)) expect(timestampFromPostgres(written)).toBe(iso);
});

test('any instant comes through as it was', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      const written = date
        .toISOString()
        .replace('T', ' ')
        .replace(/\.?0*Z$/, '+00');
      expect(timestampFromPostgres(written)).toBe(date.toISOString());
    }),
  );
});
