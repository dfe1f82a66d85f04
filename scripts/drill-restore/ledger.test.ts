import { expect, it } from 'vitest';
import { type Accepted, cartVersions, dueAt } from './ledger.ts';

const accepted = (id: string, sentAt: number, answeredAt: number, more: Partial<Accepted> = {}): Accepted => ({
  what: 'order',
  id,
  sentAt,
  answeredAt,
  ...more,
});
const ids = (list: Accepted[]) => list.map(({ id }) => id);

it('What was answered before the instant is due, what was sent after it is not, and what was under way may be either', () => {
  const due = dueAt(
    [
      accepted('before', 10, 99),
      accepted('around', 99, 101),
      accepted('at', 90, 100),
      accepted('from', 100, 120),
      accepted('after', 101, 120),
    ],
    new Date(100),
  );
  expect([ids(due.there), ids(due.either), ids(due.gone)]).toEqual([['before'], ['around', 'at', 'from'], ['after']]);
});

it('A cart has at least the last version that was answered, and at most the last that was begun', () => {
  const cart = (id: string, version: number, sentAt: number) => accepted(id, sentAt, sentAt + 2, { what: 'cart', version });
  const due = dueAt(
    [cart('a', 1, 10), cart('a', 2, 20), cart('a', 3, 99), cart('a', 4, 110), cart('b', 1, 30), cart('c', 1, 99)],
    new Date(100),
  );
  expect([...cartVersions(due)]).toEqual([
    ['a', { from: 2, to: 3 }],
    ['b', { from: 1, to: 1 }],
  ]);
});
