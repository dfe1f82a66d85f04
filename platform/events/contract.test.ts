import { expectTypeOf, test } from 'vitest';
import * as z from 'zod/mini';
import type { TransactionSql } from '../db/sql.ts';
import { defineEvent, type EventData } from './contract.ts';
import type { appendEvent } from './outbox.pg.ts';

const parcelSent = defineEvent({
  type: 'parcel.sent.v1',
  summary: 'a parcel is on its way',
  data: z.strictObject({ parcelId: z.string(), carrier: z.optional(z.string()) }),
});

// tsc checks this file: a line that the compiler takes although it is marked as an error fails `npm run check`.

test('an event’s data has the type of its schema', () => {
  expectTypeOf<EventData<typeof parcelSent>>().toEqualTypeOf<{ parcelId: string; carrier?: string | undefined }>();
});

test('an event whose type carries no version is not declared', () => {
  // @ts-expect-error no version
  defineEvent({ type: 'parcel.sent', summary: 'a parcel is on its way', data: z.strictObject({}) });
});

test('an event is emitted with its own type and data only', () => {
  const never = async (append: typeof appendEvent, sql: TransactionSql, subject: string, now: Date) => {
    await append(sql, parcelSent, subject, { parcelId: 'p1' }, now);
    // @ts-expect-error a field of another type
    await append(sql, parcelSent, subject, { parcelId: 1 }, now);
    // @ts-expect-error a field is missing
    await append(sql, parcelSent, subject, { carrier: 'Owl Post' }, now);
    // @ts-expect-error a field that is not declared
    await append(sql, parcelSent, subject, { parcelId: 'p1', buyer: 'Ada' }, now);
    // @ts-expect-error no event that is declared
    await append(sql, 'parcel.sent.v1', subject, { parcelId: 'p1' }, now);
  };
  expectTypeOf(never).toBeFunction();
});
