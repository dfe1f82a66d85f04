import { describe, expect, it } from 'vitest';
import { headersOf, readTraceIds, readXrayHeader } from './trace-ids.ts';

const long = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

describe('a trace in headers', () => {
  it.each([
    ['W3C', { traceparent: `00-${long.traceId}-${long.spanId}-01` }, { ...long, sampled: true }],
    ['W3C, unsampled', { traceparent: `00-${long.traceId}-${long.spanId}-00` }, { ...long, sampled: false }],
    [
      'Datadog',
      { 'x-datadog-trace-id': '11803532876627986230', 'x-datadog-parent-id': '67667974448284343' },
      { traceId: '0000000000000000a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true },
    ],
    [
      'Datadog, 128 bits',
      {
        'x-datadog-trace-id': '11803532876627986230',
        'x-datadog-parent-id': '67667974448284343',
        'x-datadog-tags': '_dd.p.dm=-1,_dd.p.tid=4bf92f3577b34da6',
        'x-datadog-sampling-priority': '-1',
      },
      { ...long, sampled: false },
    ],
  ])('is read: %s', (_, headers, ids) => {
    expect(readTraceIds(headers)).toEqual(ids);
  });

  it.each([
    {},
    { traceparent: `00-${'0'.repeat(32)}-${long.spanId}-01` },
    { traceparent: `00-${long.traceId}-${'0'.repeat(16)}-01` },
    { traceparent: `ff-${long.traceId}-${long.spanId}-01` },
    { traceparent: 'rubbish' },
    { 'x-datadog-trace-id': '0', 'x-datadog-parent-id': '1' },
    { 'x-datadog-trace-id': '18446744073709551616', 'x-datadog-parent-id': '1' },
    { 'x-datadog-trace-id': '5' },
    { 'x-datadog-trace-id': '5', 'x-datadog-parent-id': '-5' },
  ])('is not there in %j', (headers) => {
    expect(readTraceIds(headers)).toBeUndefined();
  });

  it.each([true, false])('comes back from the headers it is written to, sampled: %s', (sampled) => {
    const { traceparent, ...datadog } = headersOf({ ...long, sampled });
    expect(readTraceIds({ traceparent })).toEqual({ ...long, sampled });
    expect(readTraceIds(datadog)).toEqual({ ...long, sampled });
  });
});

describe("X-Ray's header", () => {
  it('is read', () => {
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a:0';
    const ids = { traceId: '5759e988bd862e3fe1be46a994272793', spanId: '53995c3f42cd8ad8' };
    expect(readXrayHeader(header)).toEqual({ ...ids, sampled: true });
    expect(readXrayHeader(header.replace('Sampled=1', 'Sampled=0'))).toEqual({ ...ids, sampled: false });
  });

  it.each([undefined, '', 'Root=1-x', 'Root=1-5759e988-bd862e3fe1be46a994272793'])('is nothing where there is none: %s', (header) => {
    expect(readXrayHeader(header)).toBeUndefined();
  });
});
