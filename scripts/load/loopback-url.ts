import { Misuse } from '../command-line.ts';

/** The origin of a shop of this machine. Load is for shops that nobody else pays for. @throws Misuse for every other address */
export function loopbackUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined) throw new Misuse(`--url is an address like http://127.0.0.1:3000, not "${given}".`);
  const local = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname);
  if (url.protocol !== 'http:' || !local) throw new Misuse(`--url is a shop of this machine (http, loopback), not "${given}".`);
  if (url.username !== '' || url.pathname !== '/' || url.search !== '') throw new Misuse(`--url is host and port alone, not "${given}".`);
  return url.origin;
}
