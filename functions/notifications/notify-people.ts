// queue NotifyPeopleQueue: people get a mail of what became of their orders.
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { consume } from '#platform/events/consume.ts';
import { noteOrderReceived } from './lib/note-order-received.ts';

export const handler = consume('notifications/notify-people', [orderEvents.created], noteOrderReceived);
