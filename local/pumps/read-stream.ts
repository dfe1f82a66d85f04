import type { StreamReader } from '../template-events.ts';
import { failedIds, stateOf } from './answers.ts';
import { givenUp, kinesisRecord, type StreamRecord, sequenceNumber, windowOf } from './records.ts';
import { type Repeated, repeat } from './repeat.ts';
import { enqueue } from './store.pg.ts';
import { closeArrivals, nextRecords, type Progress, progressOf, saveProgress } from './streams.pg.ts';
import type { Surroundings } from './surroundings.ts';

/** Lambda ends a window early when its state grows larger. */
const stateLimit = 1024 * 1024;

/**
 * Brings a stream's records to its function in order, as an event source mapping does for one shard: one call at a time, a failed one again
 * until it works or is given up. With tumbling windows (AWS docs services-kinesis-windows) a record belongs to the window in which it
 * arrived, each call gets the state that the one before returned, and when the window is over a final call gets it without records.
 */
export function readStream(reader: StreamReader, around: Surroundings): Repeated {
  const { store, now, retryMs } = around;
  const tumblingMs = reader.tumblingSeconds * 1_000;
  /** Tries of the records that come next, and how many of them: fewer after a failure, when the reader bisects. */
  let tries = 0;
  let limit = reader.batchSize;
  let notBefore = 0;
  return repeat(step, around.storeFailed);

  async function step(): Promise<number | null> {
    // What wakes the step meanwhile, such as a new record, does not bring the next try forward.
    if (now().getTime() < notBefore) return notBefore - now().getTime();
    const progress = await progressOf(store, reader);
    around.storeAnswered();
    const { window_start: start } = progress;
    const end = start && new Date(start.getTime() + tumblingMs);
    if (start && progress.overflows) return finish(progress, start, true);
    let records = await nextRecords(store, reader.stream, progress.position, limit, end);
    if (records.length === 0 && start && end) {
      if (now() < end) return end.getTime() - now().getTime();
      await closeArrivals(store, reader.stream, end);
      records = await nextRecords(store, reader.stream, progress.position, limit, end);
      if (records.length === 0) return finish(progress, start, false);
    }
    const [first] = records;
    if (!first) return null;
    const fillMs = first.arrived_at.getTime() + reader.windowSeconds * 1_000 - now().getTime();
    const mayFill = tries === 0 && records.length < limit && !(end && now() >= end);
    if (mayFill && reader.windowSeconds > 0 && fillMs > 0) return fillMs;
    return work(progress, records);
  }

  /** Calls the function with records, all of the first one's window. @returns milliseconds until the next step */
  async function work(progress: Progress, records: StreamRecord[]): Promise<number> {
    const [first] = records as [StreamRecord];
    const start = tumblingMs > 0 ? (progress.window_start ?? windowStart(first)) : null;
    const end = start && new Date(start.getTime() + tumblingMs);
    const batch = end ? records.filter(({ arrived_at }) => arrived_at < end) : records;
    const numbers = batch.map(({ sequence }) => sequenceNumber(sequence));
    const state = progress.window_start ? (progress.state ?? {}) : {};
    const window = start && end ? windowOf(reader, { start, end }, state) : {};
    const answer = await call({ Records: batch.map((record) => kinesisRecord(reader.stream, record)), ...window });
    const failed = answer === failure ? numbers : reader.reportsFailures ? failedIds(answer, numbers) : [];
    const done = failed.length === 0 ? batch.length : numbers.findIndex((number) => failed.includes(number));
    // Of a call that failed as a whole no state is kept.
    const next = start && done > 0 ? stateOf(answer) : state;
    const moved: Progress = {
      position: batch[done - 1]?.sequence ?? progress.position,
      window_start: start,
      state: next,
      overflows: Buffer.byteLength(JSON.stringify(next)) > stateLimit,
    };
    if (done > 0) {
      await around.insist(() => saveProgress(store, reader, moved));
      tries = 0;
      limit = reader.batchSize;
      around.changed();
    }
    return done === batch.length ? 0 : again(moved, batch.slice(done));
  }

  /** After a failure: smaller batches until the bad record stands alone, then as many tries as the template allows, then it is given up. */
  async function again(progress: Progress, failed: StreamRecord[]): Promise<number> {
    const [first, last] = [failed[0], failed.at(-1)] as [StreamRecord, StreamRecord];
    const tooOld = reader.maxAgeSeconds >= 0 && now().getTime() - first.arrived_at.getTime() > reader.maxAgeSeconds * 1_000;
    if (!tooOld && reader.bisects && failed.length > 1) {
      // Splitting is no try: what worked in the meantime does not count either (AWS docs kinesis-on-failure-destination).
      limit = Math.ceil(failed.length / 2);
      return 0;
    }
    tries += 1;
    limit = failed.length;
    if (!tooOld && (reader.retries < 0 || tries <= reader.retries)) return later();
    const condition = tooOld ? 'RecordAgeExceeded' : 'RetryAttemptsExhausted';
    const { onFailure } = reader;
    const told = onFailure === undefined ? [] : [{ queue: onFailure, body: givenUp(reader, failed, condition, tries, now()) }];
    await around.insist(() => enqueue(store, { messages: told, records: [] }, now()));
    await around.insist(() => saveProgress(store, reader, { ...progress, position: last.sequence }));
    tries = 0;
    limit = reader.batchSize;
    around.changed(onFailure);
    return 0;
  }

  /**
   * The final call of a window. It is repeated until it works: the stream waits for it. One that ends early, because its state is too large,
   * goes on afterwards with a fresh state, and has a second final call at its end. AWS does not say whether an early one is marked as final:
   * here it is, since nobody else would take the state that goes.
   */
  async function finish({ position, state }: Progress, start: Date, early: boolean): Promise<number> {
    const end = new Date(start.getTime() + tumblingMs);
    const answer = await call({ Records: [], ...windowOf(reader, { start, end }, state ?? {}, { final: true, early }) });
    if (answer === failure) return later();
    await around.insist(() => saveProgress(store, reader, { position, window_start: early ? start : null, state: null, overflows: false }));
    around.changed();
    return 0;
  }

  /** What the function answered; a throw, or a windowed answer without state, is a failure. */
  async function call(event: object): Promise<unknown> {
    try {
      const answer = await around.invoke(reader.functionId, event);
      if (tumblingMs === 0 || stateOf(answer) !== undefined) return answer;
      throw new Error('its answer has no state');
    } catch (error) {
      around.functionFailed(reader.functionId, error);
      return failure;
    }
  }

  function later(): number {
    notBefore = now().getTime() + retryMs;
    return retryMs;
  }

  function windowStart({ arrived_at }: StreamRecord): Date {
    return new Date(Math.floor(arrived_at.getTime() / tumblingMs) * tumblingMs);
  }
}

const failure = Symbol('failure');
