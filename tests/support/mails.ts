import type { Shop } from './shop.ts';

/** A row of `notifications`, as tests look at it. */
export interface MailRow {
  id: string;
  event_id: string;
  kind: string;
  recipient: string;
  subject: string;
  html: string;
  text: string;
  status: string;
  reason: string | null;
  provider_id: string | null;
  tries: number;
  sent_at: Date | null;
}

/** The mails that a condition holds for, oldest first. */
export const mailsWhere = ({ database }: Pick<Shop, 'database'>, where: string, values: unknown[] = []): Promise<MailRow[]> =>
  database.query<MailRow>(`select * from notifications where channel = 'mail' and ${where} order by created_at, id`, values);

/** The events of one subject that were written to the outbox, oldest first, as the bus gets them. */
export async function eventsAbout(
  { database }: Pick<Shop, 'database'>,
  subject: string,
): Promise<{ id: string; type: string; time: string }[]> {
  const rows = await database.query<{ event: { id: string; type: string; time: string } }>(
    `select event from outbox where event->>'subject' = $1 order by created_at, id`,
    [subject],
  );
  return rows.map(({ event }) => event);
}
