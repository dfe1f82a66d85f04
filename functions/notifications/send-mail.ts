// invoked by notifications/notify-people: hands one mail to SES, from outside of the VPC.
import { OutgoingMail } from '#functions/notifications/lib/contract.ts';
import { sendBySes } from '#functions/notifications/lib/ses.client.ts';
import { invoked } from '#platform/events/invoked.ts';

export const handler = invoked(OutgoingMail, sendBySes);
