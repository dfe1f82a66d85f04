import { expect, test } from 'vitest';
import { linesOf, readReports } from './lambda-reports.ts';

const stream = '2026/11/26/rumshop-cart-add-item-dev[$LATEST]0123456789abcdef';
const text =
  'REPORT RequestId: 8f5e\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 98 MB\tInit Duration: 401.22 ms\t';
const json = JSON.stringify({
  time: '2026-11-26T08:00:00.000Z',
  type: 'platform.report',
  record: {
    requestId: '8f5e',
    status: 'success',
    metrics: { durationMs: 12.34, billedDurationMs: 13, memorySizeMB: 512, maxMemoryUsedMB: 98 },
  },
});
const report = { name: 'rumshop-cart-add-item-dev', billedMs: 13, memoryMb: 512, usedMb: 98 };

test.each([
  ['a line of text', text],
  ['a line of JSON', json],
])('%s that Lambda writes is read, with its function where the stream stands before it', (_, line) => {
  expect(readReports([`2026-11-26T08:00:00 ${stream} ${line}`]).reports).toEqual([report]);
  expect(readReports([line]).reports).toEqual([{ ...report, name: '' }]);
});

test('what aws logs filter-log-events answers is read too', () => {
  const answer = JSON.stringify(
    {
      events: [
        { logStreamName: stream, message: `${json}\n` },
        { logStreamName: stream, message: text },
      ],
    },
    null,
    2,
  );
  expect(readReports(linesOf(answer)).reports).toEqual([report, report]);
  expect(readReports(linesOf(`${json}\n${json}`)).reports).toHaveLength(2);
});

test.each([
  '',
  'REPORT RequestId: 8f5e',
  '{"type":"platform.report"',
  '{"type":"platform.report","record":{}}',
  '{"type":"platform.start"}',
  'START RequestId: 8f5e Version: $LATEST',
  text.replace('98 MB', 'many MB'),
])('another line is none: %s', (line) => {
  expect(readReports([line]).reports).toEqual([]);
});

test('functions are named by streams and by their own lines', () => {
  const { named } = readReports([`${stream} START`, '{"level":"INFO","function_name":"rumshop-ops-get-health-dev"}', 'nothing']);
  expect([...named]).toEqual(['rumshop-cart-add-item-dev', 'rumshop-ops-get-health-dev']);
});
