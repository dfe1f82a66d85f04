import { describe, expect, it } from 'vitest';
import { type DeadMessage, deadLetterOf, failureKeyOf, namesRecordsOnly } from './dead-letter.ts';

const id = '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071';
const eventId = '0198e7a2-5c1f-7b3e-9d51-1f0c6a7e4b21';
const sentAt = '2026-11-20T21:15:01.000Z';
const message = (body: unknown, attributes: Record<string, string> = {}): DeadMessage => ({
  id,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  sentAt,
  attributes,
});
const event = (detail: object = {}) => ({
  id: 'the bus’s own',
  source: 'kelvo',
  'detail-type': 'order.paid.v1',
  time: '2026-11-20T21:15:00Z',
  detail: {
    id: eventId,
    type: 'order.paid.v1',
    subject: 'an order',
    time: '2026-11-20T21:15:00.123Z',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: {},
    ...detail,
  },
});
const noted = { error: 'Error: no paper', tries: 5, failedAt: '2026-11-20T21:20:00.000Z' };
/** As https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html shows one. */
const abandoned = {
  requestContext: {
    requestId: 'c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5',
    functionArn: 'arn:aws:lambda:us-east-2:123456789012:function:myfunction',
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: 3,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: '2019-11-14T00:38:06.021Z',
  KinesisBatchInfo: {
    shardId: 'shardId-000000000001',
    startSequenceNumber: '49601189658422359378836298521827638475320189012309704722',
    endSequenceNumber: '49601189658422359378836298522902373528957594348623495186',
    approximateArrivalOfFirstRecord: '2019-11-14T00:38:04.835Z',
    approximateArrivalOfLastRecord: '2019-11-14T00:38:05.580Z',
    batchSize: 500,
    streamArn: 'arn:aws:kinesis:us-east-2:123456789012:stream/mystream',
  },
};

describe('a dead letter', () => {
  it('shows its event, and what its consumer noted last', () => {
    expect(failureKeyOf(message(event()))).toBe(eventId);
    expect(deadLetterOf('notify-people', message(event()), noted)).toEqual({
      id,
      queue: 'notify-people',
      event: {
        id: eventId,
        type: 'order.paid.v1',
        subject: 'an order',
        time: '2026-11-20T21:15:00.123Z',
        traceId: '0af7651916cd43dd8448eb211c80319c',
      },
      reason: 'Error: no paper',
      failedAt: noted.failedAt,
      tries: 5,
    });
  });

  it('of an event without a trace, of which nothing was noted, says no more than it knows', () => {
    const letter = deadLetterOf('notify-people', message(event({ traceparent: undefined })), undefined);
    expect(letter).toMatchObject({ event: { id: eventId, traceId: null }, reason: null, failedAt: sentAt, tries: null });
  });

  it('of an event of AWS goes by EventBridge’s id, which its consumer notes', () => {
    const bounce = { ...event(), source: 'aws.ses', 'detail-type': 'Email Bounced', detail: { bounce: {} } };
    expect(failureKeyOf(message(bounce))).toBe('the bus’s own');
    expect(deadLetterOf('record-bounces', message(bounce), noted).event).toEqual({
      id: 'the bus’s own',
      type: 'Email Bounced',
      subject: '',
      time: '2026-11-20T21:15:00.000Z',
      traceId: null,
    });
  });

  it.each(['', 'no JSON', 'null', '[]', '7', '{}', event({ id: undefined }), event({ time: 'yesterday' }), { KinesisBatchInfo: 7 }])(
    'that is no event goes by its own id, as its consumer notes it: %j',
    (body) => {
      expect(failureKeyOf(message(body))).toBe(id);
      expect(namesRecordsOnly(message(body))).toBe(false);
      expect(deadLetterOf('notify-people', message(body), noted)).toMatchObject({ event: null, reason: noted.error, tries: 5 });
    },
  );

  it('that EventBridge could not deliver says so, whatever a consumer noted of its event before', () => {
    const attributes = { RULE_ARN: 'arn:rule', ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'not allowed', RETRY_ATTEMPTS: '0' };
    expect(deadLetterOf('notify-people', message(event(), attributes), noted)).toMatchObject({
      event: { id: eventId },
      reason: 'Not delivered by EventBridge: NO_PERMISSIONS: not allowed',
      failedAt: sentAt,
      tries: 1,
    });
    const { ERROR_MESSAGE: _, RETRY_ATTEMPTS: __, ...fewer } = attributes;
    expect(deadLetterOf('notify-people', message(event(), fewer), undefined)).toMatchObject({
      reason: 'Not delivered by EventBridge: NO_PERMISSIONS',
      tries: null,
    });
  });

  it('of records of a stream that were given up says where they stand, and is known to hold none of them', () => {
    expect(namesRecordsOnly(message(abandoned))).toBe(true);
    expect(deadLetterOf('roll-up-sales', message(abandoned), undefined)).toMatchObject({
      event: null,
      reason:
        'Records of the stream were given up: RetryAttemptsExhausted; 500 of shard shardId-000000000001, from sequence number 49601189658422359378836298521827638475320189012309704722 on',
      tries: 3,
    });
    expect(namesRecordsOnly(message(event()))).toBe(false);
  });
});
