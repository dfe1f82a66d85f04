const moment = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' });
const calendarDay = new Intl.DateTimeFormat('en-US', { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' });

/** An instant in the reader's time zone: "Nov 20, 2025, 9:41 PM". */
export const formatInstant = (instant: string): string => moment.format(new Date(instant));

/** Two calendar dates (`2025-11-21`) as one phrase: "Fri, Nov 21" or "Fri, Nov 21 – Tue, Nov 25". */
export function formatDays({ earliest, latest }: { earliest: string; latest: string }): string {
  const [from, to] = [calendarDay.format(new Date(earliest)), calendarDay.format(new Date(latest))];
  return from === to ? from : `${from} – ${to}`;
}
