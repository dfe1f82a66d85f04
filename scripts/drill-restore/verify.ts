import { request } from '#tests/support/shop.ts';
import { type Accepted, cartVersions, type Due } from './ledger.ts';

/** What shoppers find of what they were told, by HTTP. @returns what is wrong, in words; empty where all is as it should be */
export async function askedByShoppers(url: string, due: Due): Promise<string[]> {
  const faults: string[] = [];
  const paid = new Set(due.there.filter(({ what }) => what === 'payment').map(({ id }) => id));
  const order = ({ id, accessToken = '' }: Accepted) => request(url, `/api/orders/${id}`, { headers: { 'x-order-token': accessToken } });
  for (const each of due.there.filter(({ what }) => what === 'order')) {
    const { status, body } = await order(each);
    if (status !== 200) faults.push(`order ${each.id} was accepted and is lost: ${status}`);
    else if (paid.has(each.id) && body.status !== 'paid') faults.push(`order ${each.id} was paid and is ${body.status}`);
  }
  for (const each of due.gone.filter(({ what }) => what === 'order')) {
    const { status } = await order(each);
    if (status !== 404) faults.push(`order ${each.id} was placed after the instant and answers ${status}`);
  }
  for (const [sessionId, { from, to }] of cartVersions(due)) {
    const { status, body } = await request(url, `/api/cart/${sessionId}`);
    const version = status === 200 ? (body.version as number) : 0;
    if (version < from || version > to)
      faults.push(`cart ${sessionId} has version ${version}, not ${from === to ? from : `${from} to ${to}`}`);
    else if (body.itemCount !== version) faults.push(`cart ${sessionId} has ${body.itemCount} pieces after ${version} that were added`);
  }
  return faults;
}

/** A mail that people got: to whom, about what. */
export interface Delivered {
  to: string;
  subject: string;
}

/** The mails that came more than once, and those that should have come and did not. */
export function wrongMails(delivered: readonly Delivered[], wanted: readonly Delivered[]): { twice: Delivered[]; missing: Delivered[] } {
  const key = ({ to, subject }: Delivered) => `${to} ${subject}`;
  const counts = new Map<string, number>();
  for (const mail of delivered) counts.set(key(mail), (counts.get(key(mail)) ?? 0) + 1);
  const first = new Map(delivered.map((mail) => [key(mail), mail]));
  return {
    twice: [...first].filter(([name]) => (counts.get(name) ?? 0) > 1).map(([, mail]) => mail),
    missing: wanted.filter((mail) => !counts.has(key(mail))),
  };
}
