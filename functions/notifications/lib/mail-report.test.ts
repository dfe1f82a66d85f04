import { expect, test } from 'vitest';
import { type MailEvent, reportOf } from './mail-report.ts';

const id = '019a8d5e-2c10-7f5e-9a14-5d2b7c3e8f01';
const event = { id: 'e', subject: '', time: '2026-11-25T10:00:00Z' };
const mail = { messageId: '0100018f-aa', tags: { notification: [id] } };

const bounce = (bounceType: string, emailAddress = 'Ada@Example.com'): MailEvent => ({
  ...event,
  type: 'Email Bounced',
  data: {
    mail,
    bounce: { bounceType, bounceSubType: 'General', bouncedRecipients: [{ emailAddress, diagnosticCode: 'smtp; 550 5.1.1' }] },
  },
});
const complaint = (complaintFeedbackType?: string | null): MailEvent => ({
  ...event,
  type: 'Email Complaint Received',
  data: { mail, complaint: { complainedRecipients: [{ emailAddress: 'ada@example.com' }], complaintFeedbackType } },
});

test('a mail that came back for good has failed, and is the last to its address', () => {
  expect(reportOf(bounce('Permanent'))).toEqual({
    providerId: '0100018f-aa',
    notificationId: id,
    addresses: ['ada@example.com'],
    reason: 'The mail came back (General) smtp; 550 5.1.1',
    outcome: 'failed',
    suppresses: true,
  });
});

test.each(['Transient', 'Undetermined'])('one that came back for now (%s) is noted only', (type) => {
  expect(reportOf(bounce(type))).toMatchObject({
    reason: 'The mail came back, perhaps only for now (General) smtp; 550 5.1.1',
    outcome: 'noted',
    suppresses: false,
  });
});

test.each([undefined, null, 'abuse', 'virus', 'a type of the future'])('a complaint (%s) ends mails to the address', (type) => {
  expect(reportOf(complaint(type))).toMatchObject({ addresses: ['ada@example.com'], outcome: 'noted', suppresses: true });
});

test('a reader who takes a mail out of the spam folder gets the next one', () => {
  expect(reportOf(complaint('not-spam'))).toMatchObject({ outcome: 'noted', suppresses: false });
});

test('an address is found in what the receiving server wrote of it, and a tag that is no id is none', () => {
  expect(reportOf(bounce('Permanent', '"Byron, Ada" <Ada@Example.com>')).addresses).toEqual(['ada@example.com']);
  const foreign = {
    ...bounce('Permanent'),
    data: { ...bounce('Permanent').data, mail: { messageId: 'm', tags: { notification: ["'; --"] } } },
  };
  expect(reportOf(foreign as MailEvent)).toMatchObject({ providerId: 'm', notificationId: null });
});
