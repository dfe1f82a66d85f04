import { expect, it } from 'vitest';
import type { CollectedSpan } from '#tests/support/collector.ts';
import { faultsOf } from './faults.ts';

const span = (name: string, more: Partial<CollectedSpan> = {}): CollectedSpan => ({
  traceId: 't',
  spanId: name,
  parentSpanId: 'browser',
  name,
  kind: 2,
  startTimeUnixNano: '1',
  endTimeUnixNano: '2',
  attributes: {},
  events: [],
  service: 'rum-shop-payment',
  resource: { 'faas.name': 'f', 'service.version': '1' },
  ...more,
});

it('a trace is told by what is missing, cut off, backwards, failed or nobody’s', () => {
  const faults = faultsOf(
    [
      span('POST /api/payment/confirm', { endTimeUnixNano: '0' }),
      span('send receipt', { parentSpanId: 'nobody', status: { code: 2, message: 'no' }, resource: {} }),
    ],
    'browser',
  );
  expect(faults).not.toContain('there is no span "POST /api/payment/confirm" of rum-shop-payment, of kind 2, below the browser');
  expect(faults).toEqual(
    expect.arrayContaining([
      'there is no span "POST /api/orders" of rum-shop-order-service, of kind 2, below the browser',
      'there is no span "send receipt" of rum-shop-notifications, of kind 3, below process NotifyPeopleQueue',
      '"send receipt" has a parent that nobody sent',
      '"POST /api/payment/confirm" ends before it begins',
      '"send receipt" failed: no',
      '"send receipt" says not of which function it is',
    ]),
  );
});
