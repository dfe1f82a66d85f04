// queue NoteBouncesQueue: what became of mails after SES took them. One that came back for good, or was called spam, was the last to its address.
import { mailBounced, mailComplained } from '#functions/notifications/lib/contract.ts';
import { noteReport } from '#functions/notifications/lib/note-report.ts';
import { consume } from '#platform/events/consume.ts';

export const handler = consume('notifications/note-bounces', [mailBounced, mailComplained], noteReport);
