// queue NotifyPeopleQueue: tells people by mail what happened to their order or account.
import { noteNotifications } from '#functions/notifications/lib/note-notifications.ts';
import { notifiedEvents } from '#functions/notifications/lib/notified-events.ts';
import { sendNotifications } from '#functions/notifications/lib/send-notifications.ts';
import { consumeInSteps } from '#platform/events/consume.ts';

export const handler = consumeInSteps('notifications/notify-people', notifiedEvents, {
  note: noteNotifications,
  finish: ({ id }) => sendNotifications(id),
});
