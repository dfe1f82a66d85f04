// Viewer request of everything but the API. A page's path is the SPA's HTML. A path that names a file is asked of S3, which answers 404 where there
// is none. Whatever else anybody makes up is the not-found page, and never reaches S3. No answer redirects.
const pages = PAGE_PATTERN;
// Plain names, with an ending, and no part that begins with a dot.
const file = /^(\/[\w-][\w.-]*)*\/[\w-][\w.-]*\.[a-z0-9]+$/i;

function handler(event) {
  const request = event.request;
  const path = request.uri;
  if (path === '/docs' || path === '/docs/') request.uri = '/docs/index.html';
  else if (pages.test(path)) request.uri = '/index.html';
  else if (!file.test(path) && !/^\/docs\/[A-Z]+$/.test(path)) request.uri = '/not-found.html';
  // A part of a page would have the status 206.
  if (request.uri !== path) delete request.headers.range;
  return request;
}
