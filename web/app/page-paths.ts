/**
 * The path of every page. Router, local gateway and the CloudFront function (infra/edge/pages.js) share this list, so that they agree on which
 * address is a page (200) and which is not (404). A new page is a line here, its component in pages.tsx,
 * and npm run docs.
 */
export const pagePaths = [
  '/',
  '/products',
  '/search',
  '/products/:id',
  '/offers/:id',
  '/checkout',
  '/orders',
  '/orders/:id',
  '/orders/:id/pay',
  '/sign-in',
  '/register',
  '/account',
  '/admin/orders',
  '/admin/orders/:id',
] as const;

export type PagePath = (typeof pagePaths)[number];

// React Router's default matching: any case, any number of slashes at the end. A dot makes a file of it: /products/mug.webp is a picture, no id.
// The path is as in the URL, still percent-encoded: an encoded slash separates no segments.
export const pagePattern = new RegExp(
  `^(?:${pagePaths.map((path) => path.replace(/\/$/, '').replaceAll(/:\w+/g, '[^/.]+')).join('|')})/*$`,
  'i',
);

/** Whether a page has this path. */
export const isPage = (path: string): boolean => path.startsWith('/') && pagePattern.test(path);
