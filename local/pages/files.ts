/** The scripts and styles of the pages of this machine, under addresses that are as far from each other as the files: their imports hold for both. */
const files: Record<string, string> = {
  '/_local/mailbox/page.js': 'local/mailbox/page.js',
  '/_local/mailbox/page.css': 'local/mailbox/page.css',
  '/_local/pages/base.css': 'local/pages/base.css',
  '/_local/pages/dom.js': 'local/pages/dom.js',
  '/_local/pages/tokens.css': 'web/app/tokens.css',
  '/_local/traces/list.js': 'local/traces/list.js',
  '/_local/traces/page.css': 'local/traces/page.css',
  '/_local/traces/shown.js': 'local/traces/shown.js',
  '/_local/traces/trace.js': 'local/traces/trace.js',
};

/** The file that an address of a page means, relative to the repository. */
export const pageFile = (path: string): string | undefined => (Object.hasOwn(files, path) ? files[path] : undefined);
