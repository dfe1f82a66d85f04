import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cacheControlOf, contentTypeOf, isForShoppers, planUpload, type Unused, unusedKey } from './plan.ts';

const now = new Date('2026-11-26T12:00:00.000Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const files = (all: Record<string, string>) => Object.entries(all).map(([key, md5]) => ({ key, md5 }));
const objects = (all: Record<string, string>) => Object.entries(all).map(([key, md5]) => ({ key, etag: `"${md5}"` }));
const plan = (local: Record<string, string>, remote: Record<string, string>, unused: Unused = {}) =>
  planUpload(files(local), objects(remote), unused, now);
const release = { 'index.html': '1', 'not-found.html': '1', 'assets/app-1.js': '2', 'favicon.svg': '3', 'docs/index.html': '4' };
const nothing = { uploads: [], deletes: [], invalidations: [], unused: {} };

describe('an upload', () => {
  test('of a first release sends pages last and voids nothing', () => {
    expect(plan(release, {})).toEqual({
      ...nothing,
      uploads: [
        ['assets/app-1.js', 'favicon.svg'],
        ['docs/index.html', 'index.html', 'not-found.html'],
      ],
    });
  });

  test('of the same again does nothing', () => {
    expect(plan(release, { ...release, [unusedKey]: 'x' })).toEqual(nothing);
  });

  test('of the next release sends what changed, keeps what open tabs may ask for, and voids what was replaced', () => {
    const { 'assets/app-1.js': _, ...kept } = release;
    expect(plan({ ...kept, 'index.html': '5', 'not-found.html': '5', 'assets/app-6.js': '6', 'favicon.svg': '7' }, release)).toEqual({
      uploads: [
        ['assets/app-6.js', 'favicon.svg'],
        ['index.html', 'not-found.html'],
      ],
      deletes: [],
      invalidations: ['/favicon.svg', '/index.html', '/not-found.html'],
      unused: { 'assets/app-1.js': now.toISOString() },
    });
  });

  test('deletes a file 30 days after the release that no longer had it, however old the file is', () => {
    const unused = { 'assets/old-1.js': daysAgo(30), 'assets/old-2.js': daysAgo(29), 'old.svg': daysAgo(31) };
    const remote = { ...release, 'assets/old-1.js': '8', 'assets/old-2.js': '9', 'assets/old-3.js': '10', 'old.svg': '11' };
    expect(plan(release, remote, unused)).toEqual({
      uploads: [],
      deletes: ['assets/old-1.js', 'old.svg'],
      invalidations: ['/old.svg'],
      unused: { 'assets/old-2.js': daysAgo(29), 'assets/old-3.js': now.toISOString() },
    });
  });

  test('that brings a file back, as a rollback does, forgets that it was out of use', () => {
    expect(plan(release, release, { 'assets/app-1.js': daysAgo(40) })).toEqual(nothing);
  });

  test('that replaces very many files voids everything at once', () => {
    const many = (md5: string) => Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`products/${i}.webp`, md5]));
    expect(plan(many('2'), many('1')).invalidations).toEqual(['/*']);
  });

  test('that was stopped anywhere is made good by the next one, and no page ever names a file that is missing', () => {
    const names = fc.uniqueArray(fc.constantFrom('index.html', 'a.html', 'assets/a-1.js', 'assets/b-2.css', 'x.svg', 'y.svg'));
    const folder = names.chain((keys) => fc.tuple(...keys.map((key) => fc.constantFrom('1', '2').map((md5) => [key, md5] as const))));
    fc.assert(
      fc.property(folder, folder, fc.nat(8), (before, after, stop) => {
        const local: Record<string, string> = Object.fromEntries(after);
        const remote: Record<string, string> = Object.fromEntries(before);
        const sent = plan(local, remote).uploads.flat();
        const firstPage = sent.findIndex((key) => key.endsWith('.html'));
        expect(sent.slice(firstPage === -1 ? sent.length : firstPage).every((key) => key.endsWith('.html'))).toBe(true);
        for (const key of sent.slice(0, stop)) remote[key] = local[key] as string;
        for (const key of plan(local, remote).uploads.flat()) remote[key] = local[key] as string;
        expect(remote).toMatchObject(local);
        expect(plan(local, remote).uploads).toEqual([]);
      }),
    );
  });
});

test.each([
  ['assets/index-DqX_7-ab.js', 'public, max-age=31536000, immutable', 'text/javascript; charset=utf-8'],
  ['assets/index-1.css', 'public, max-age=31536000, immutable', 'text/css; charset=utf-8'],
  ['index.html', 'no-cache', 'text/html; charset=utf-8'],
  ['docs/index.html', 'no-cache', 'text/html; charset=utf-8'],
  ['docs/start.js', 'no-cache', 'text/javascript; charset=utf-8'],
  ['docs/LICENSE', 'no-cache', 'text/plain; charset=utf-8'],
  ['products/mug.webp', 'no-cache', 'image/webp'],
  ['favicon.svg', 'no-cache', 'image/svg+xml'],
])('%s is kept as "%s" and is %s', (key, cacheControl, type) => {
  expect([cacheControlOf(key), contentTypeOf(key)]).toEqual([cacheControl, type]);
});

test('a kind of file that is not known stops the upload, since browsers would show it wrongly', () => {
  expect(() => contentTypeOf('assets/film.xyz')).toThrow('.xyz');
});

test('source maps and hidden files are not for shoppers', () => {
  expect(['assets/a.js.map', '.env', 'a/.b/c.js', 'assets/a.js'].filter(isForShoppers)).toEqual(['assets/a.js']);
});
