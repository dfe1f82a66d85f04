import { describe, expect, it } from 'vitest';
import { spanOf, traceIdOf } from '#local/testing/spans.ts';
import { createTraceStore, usualLimits } from './store.ts';

const few = { ...usualLimits, traces: 3, background: 2 };
const ids = (store: ReturnType<typeof createTraceStore>) => [...store.all()].map(({ traceId }) => Number(`0x${traceId}`));
const timer = { 'faas.trigger': 'timer' };

describe('the kept traces', () => {
  it('are joined by spans that come later, such as those of a consumer minutes afterwards', () => {
    const store = createTraceStore();
    store.add([spanOf(1)]);
    store.add([spanOf(2, { trace: 2 })]);
    const before = store.version();
    store.add([spanOf(3, { parent: 1, kind: 'consumer', atMs: 300_000, failed: true })]);
    expect(store.get(traceIdOf(1))).toMatchObject({ failed: true, version: 2 });
    expect(store.get(traceIdOf(1))?.spans.size).toBe(2);
    expect(store.version()).toBeGreaterThan(before);
  });

  it('are dropped whole, oldest first', () => {
    const store = createTraceStore(few);
    for (const trace of [1, 2, 3]) store.add([spanOf(1, { trace }), spanOf(2, { trace, parent: 1 })]);
    store.add([spanOf(3, { trace: 1 })]);
    store.add([spanOf(1, { trace: 4 })]);
    expect(ids(store)).toEqual([2, 3, 4]);
    expect(store.held()).toEqual({ traces: 3, spans: 5, bytes: 500 });
  });

  it('take no more memory than they may', () => {
    const store = createTraceStore({ ...usualLimits, bytes: 250 });
    for (const trace of [1, 2, 3]) store.add([spanOf(1, { trace })]);
    expect(ids(store)).toEqual([2, 3]);
  });

  it('of schedules and of batches of queues push out their like, and no request', () => {
    const store = createTraceStore(few);
    store.add([spanOf(1, { trace: 1, attributes: { 'faas.trigger': 'http' } })]);
    for (const trace of [2, 3, 4, 5]) store.add([spanOf(1, { trace, attributes: timer })]);
    expect(ids(store)).toEqual([1, 4, 5]);
    store.add([spanOf(1, { trace: 6, attributes: { 'faas.trigger': 'pubsub' } })]);
    expect(ids(store)).toEqual([1, 5, 6]);
  });

  it('count a function that somebody calls within their trace as a part of it', () => {
    const store = createTraceStore(few);
    store.add([spanOf(1), spanOf(2, { parent: 1, attributes: { 'faas.trigger': 'other' } })]);
    expect(store.get(traceIdOf(1))?.background).toBe(false);
  });

  it('have one span of an id, however often an exporter sends it', () => {
    const store = createTraceStore();
    store.add([spanOf(1), spanOf(1), spanOf(1, { bytes: 150 })]);
    expect(store.held()).toEqual({ traces: 1, spans: 1, bytes: 150 });
  });

  it('take no more spans than fit one trace, and say how many were left out', () => {
    const store = createTraceStore({ ...usualLimits, spansOfTrace: 2, bytesOfTrace: 250 });
    expect(store.add([spanOf(1), spanOf(2), spanOf(3)])).toBe(1);
    expect(store.add([spanOf(2)])).toBe(0);
    expect(store.add([spanOf(2, { bytes: 200 })])).toBe(1);
    const before = store.version();
    store.add([spanOf(9)]);
    expect(store.version()).toBe(before);
  });
});
