/** The sign-in page that leads back to a page of the shop. */
export const signInPath = (next: string): string => `/sign-in?next=${encodeURIComponent(next)}`;

/** Where `?next=` leads: a page of this shop, whatever the link says; else the start page. */
export function nextPage(next: string | null): string {
  const origin = 'https://shop.invalid';
  if (!next?.startsWith('/') || !URL.canParse(next, origin)) return '/';
  const { origin: there, pathname, search, hash } = new URL(next, origin);
  return there === origin && !pathname.startsWith('//') ? pathname + search + hash : '/';
}
