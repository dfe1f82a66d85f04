/** Domains and endings that nobody can have a mailbox at: RFC 2606, 6761, 6762 and 7686, and ICANN's `internal`. */
const reserved = ['example', 'example.com', 'example.net', 'example.org', 'test', 'invalid', 'localhost', 'local', 'internal', 'onion'];

/** Of the demo's accounts and orders (db/seed): the domain is not ours. */
const ofDemo = ['rumshop.com'];

/** Whether an address is made up: of a demo, of a seed, of a test. What is sent to it would only come back, and harm the sender's reputation. */
export function isNobodys(address: string): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return [...reserved, ...ofDemo].some((none) => domain === none || domain.endsWith(`.${none}`));
}
