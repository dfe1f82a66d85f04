import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdsStock, mayBecome, orderStates } from './order-states.ts';

const moves = orderStates.flatMap((from) => orderStates.filter((to) => mayBecome(from, to)).map((to) => `${from} → ${to}`));

test('an order moves as the design says, and no other way', () => {
  expect(moves).toEqual([
    'pending_payment → paid',
    'pending_payment → cancelled',
    'pending_payment → expired',
    'paid → packed',
    'paid → refunded',
    'packed → shipped',
    'packed → refunded',
    'shipped → delivered',
    'shipped → refunded',
    'delivered → refunded',
    'cancelled → refunded',
    'expired → paid',
    'expired → refunded',
  ]);
});

test('no order goes round in circles: every way ends, and at refunded or before', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 30 }), (choices) => {
      let status: (typeof orderStates)[number] = 'pending_payment';
      const seen = new Set([status]);
      for (const choice of choices) {
        const next = orderStates.filter((to) => mayBecome(status, to));
        if (next.length === 0) break;
        status = next[choice % next.length] as typeof status;
        expect(seen.has(status)).toBe(false);
        seen.add(status);
      }
    }),
  );
});

test('pieces are held from the order until it is shipped', () => {
  expect(orderStates.filter(holdsStock)).toEqual(['pending_payment', 'paid', 'packed']);
});
