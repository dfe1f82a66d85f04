import { expect, test } from 'vitest';
import { declaredEvents, emittersOf } from '../../scripts/docs/events.ts';

test('every event is declared under a type of its own, says when it comes, and its data is an object that takes no other fields', () => {
  expect(declaredEvents.length).toBeGreaterThan(10);
  const types = declaredEvents.map(({ event }) => event.type);
  expect(types).toEqual([...new Set(types)]);
  for (const { event } of declaredEvents) {
    expect(event.type).toMatch(/^[a-z-]+\.[a-z-]+\.v[1-9]\d*$/);
    expect(event.summary.length, event.type).toBeGreaterThan(10);
    expect(event.data._zod.def, event.type).toMatchObject({ type: 'object', catchall: { _zod: { def: { type: 'never' } } } });
  }
});

test('every event that is declared is emitted', () => {
  expect(declaredEvents.filter((declared) => emittersOf(declared).length === 0).map(({ event }) => event.type)).toEqual([]);
});
