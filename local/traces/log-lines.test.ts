import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { traceIdOf } from '#local/testing/spans.ts';
import { createLogLines } from './log-lines.ts';
import { tapLines } from './tap.ts';

const line = (trace: number, message: string, more: object = {}) =>
  JSON.stringify({
    level: 'INFO',
    message,
    timestamp: '2026-11-27T10:00:00.000Z',
    service: 'rum-shop-payment',
    trace_id: traceIdOf(trace),
    ...more,
  });

describe("the functions' log lines", () => {
  it('are kept by the trace that they name, in order of time, with the span that wrote them', () => {
    const lines = createLogLines();
    lines.note(line(1, 'second', { timestamp: '2026-11-27T10:00:01.000Z', 'dd.span_id': '11803532876627986230', status: 503 }));
    lines.note(line(1, 'first', { span_id: '00f067aa0ba902b7', _aws: { CloudWatchMetrics: [] } }));
    lines.note(line(2, 'another'));
    expect(lines.of(traceIdOf(1))).toEqual([
      {
        at: '2026-11-27T10:00:00.000Z',
        level: 'info',
        message: 'first',
        service: 'rum-shop-payment',
        spanId: '00f067aa0ba902b7',
        fields: {},
      },
      {
        at: '2026-11-27T10:00:01.000Z',
        level: 'info',
        message: 'second',
        service: 'rum-shop-payment',
        spanId: 'a3ce929d0e0e4736',
        fields: { status: 503 },
      },
    ]);
  });

  it('that are none, or name no trace, are left aside', () => {
    const lines = createLogLines();
    for (const text of ['', 'Kelvo runs', '{"message":"no trace"}', '{"trace_id":"short"}', '{}']) lines.note(text);
    lines.note(`{"trace_id":"${traceIdOf(1)}" no JSON`);
    expect(lines.of(traceIdOf(1))).toEqual([]);
  });

  it('go with their whole trace when there are too many, oldest first, and one trace has no more than fit it', () => {
    const lines = createLogLines({ lines: 4, bytes: 10_000, linesOfTrace: 3 });
    for (const trace of [1, 1, 1, 1, 2, 3]) lines.note(line(trace, 'x'));
    expect([1, 2, 3].map((trace) => lines.of(traceIdOf(trace)).length)).toEqual([0, 1, 1]);
    expect(lines.held()).toMatchObject({ traces: 2, lines: 2 });
    lines.note(line(4, 'x'.repeat(9_800)));
    expect(lines.held()).toMatchObject({ traces: 1, lines: 1 });
  });
});

describe('a stream that is read along', () => {
  const write = (stream: PassThrough, ...chunks: (string | Uint8Array)[]) => {
    for (const chunk of chunks) stream.write(chunk);
  };

  it('gives whole lines, however they are cut, and says what it said before', () => {
    const stream = new PassThrough();
    const seen: string[] = [];
    const untap = tapLines(stream, (text) => seen.push(text));
    const umlaut = Buffer.from('ü\n');
    write(stream, 'one\ntw', 'o\n', umlaut.subarray(0, 1), umlaut.subarray(1), 'rest');
    untap();
    write(stream, ' unseen\n');
    expect(seen).toEqual(['one', 'two', 'ü']);
    expect(stream.read().toString()).toBe('one\ntwo\nü\nrest unseen\n');
  });

  it('is itself again after the last of several readers, in whatever order they go', () => {
    const stream = new PassThrough();
    const original = stream.write;
    const seen: string[] = [];
    const first = tapLines(stream, (text) => seen.push(`first ${text}`));
    const second = tapLines(stream, (text) => seen.push(`second ${text}`));
    first();
    write(stream, 'a\n');
    second();
    write(stream, 'b\n');
    expect(seen).toEqual(['second a']);
    const third = tapLines(new PassThrough(), () => {});
    third();
    expect(original).toBe(PassThrough.prototype.write);
  });

  it('is written to though a reader throws', () => {
    const stream = new PassThrough();
    tapLines(stream, () => {
      throw new Error('a reader at fault');
    });
    write(stream, 'a\n');
    expect(stream.read().toString()).toBe('a\n');
  });
});
