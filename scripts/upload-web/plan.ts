/** What an upload of the SPA does: pure, so that its rules can be tested without a bucket. */

/** How long a file stays that the newest release no longer has: a tab opened before the release still asks for it. */
export const keptDays = 30;
/** Which files are out of use, and since when. CloudFront serves no path with a part that begins with a dot. */
export const unusedKey = '.kelvo/unused.json';
/** What CloudFront's function asks for where there is no page (infra/edge/pages.js). */
export const notFoundKey = 'not-found.html';

export interface LocalFile {
  /** Path below the folder, with slashes. */
  key: string;
  /** MD5 in hex: the ETag of an object that S3 encrypts itself and that was sent in one piece. */
  md5: string;
}

export interface RemoteFile {
  key: string;
  etag: string;
}

/** When a file went out of use, by key. */
export type Unused = Record<string, string>;

export interface UploadPlan {
  /** In this order, each group after the one before: a page must not name a file that is not there yet. */
  uploads: string[][];
  deletes: string[];
  /** Paths whose copies at the edge are voided. */
  invalidations: string[];
  unused: Unused;
}

const isPage = (key: string) => key.endsWith('.html');
/** Vite names what is in assets/ by its content: under one name it never changes. */
const isHashed = (key: string) => key.startsWith('assets/');

/** A hashed file is there for ever, and anything else is asked for again each time, as local/gateway/static-files.ts has it. */
export const cacheControlOf = (key: string): string => (isHashed(key) ? 'public, max-age=31536000, immutable' : 'no-cache');

const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  jpg: 'image/jpeg',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff2: 'font/woff2',
};

/** @throws Error for a kind of file that nobody thought of: browsers do not guess types (nosniff) */
export function contentTypeOf(key: string): string {
  const [, ending = ''] = /\.([^./]+)$/.exec(key) ?? [];
  const type = ending === '' ? types.txt : types[ending]; // LICENSE, NOTICE
  if (type === undefined) throw new Error(`${key}: no content type is known for .${ending}: add it to scripts/upload-web/plan.ts`);
  return type;
}

/** Source maps stay at home: they would show nobody but the curious what is in the repository anyway, and are half of all bytes. */
export const isForShoppers = (key: string): boolean => !key.endsWith('.map') && !key.split('/').some((part) => part.startsWith('.'));

/**
 * Compares a folder with a bucket. A file that is the same is not sent; one that is no longer in the folder is deleted 30 days after that.
 * @param unused as the last upload left it
 */
export function planUpload(local: readonly LocalFile[], remote: readonly RemoteFile[], unused: Unused, now: Date): UploadPlan {
  const here = new Map(local.map(({ key, md5 }) => [key, md5]));
  const there = new Map(remote.filter(({ key }) => key !== unusedKey).map(({ key, etag }) => [key, etag.replaceAll('"', '')]));
  const changed = [...here.keys()].filter((key) => there.get(key) !== here.get(key)).sort();
  const noLongerHere = [...there.keys()].filter((key) => !here.has(key)).sort();
  const since = (key: string) => unused[key] ?? now.toISOString();
  const isOver = (key: string) => now.getTime() - Date.parse(since(key)) >= keptDays * 86_400_000;
  const deletes = noLongerHere.filter(isOver);
  // Hashed files are never replaced, and what was not there is not cached: errors are kept for 0 s.
  const replaced = changed.filter((key) => there.has(key) && !isHashed(key));
  return {
    uploads: [changed.filter((key) => !isPage(key)), changed.filter(isPage)].filter((group) => group.length > 0),
    deletes,
    invalidations: pathsOf([...replaced, ...deletes.filter((key) => !isHashed(key))]),
    unused: Object.fromEntries(noLongerHere.filter((key) => !isOver(key)).map((key) => [key, since(key)])),
  };
}

/** CloudFront takes 3,000 paths at a time and has 1,000 a month for nothing; beyond some dozens one for all is as good. */
const pathsOf = (keys: string[]): string[] => (keys.length > 50 ? ['/*'] : keys.sort().map((key) => `/${key}`));
