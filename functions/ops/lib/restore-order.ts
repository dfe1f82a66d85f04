/** What `afterRestore` has to know of a restore. */
export interface RestoreOrder {
  /** What the database was restored to; undefined only notes who was told. */
  to?: Date | undefined;
  /** Events that people were told of, by the log. */
  told: readonly string[];
  /** How far back events are sent again. */
  hours: number;
}

/** How many told events one call carries: an id takes 39 bytes, and Lambda takes 6 MB. */
export const mostTold = 100_000;

/** @returns why a restore cannot have been to this instant, or what is wrong with the hours; undefined: nothing */
export function restoreFault({ to, hours }: Pick<RestoreOrder, 'to' | 'hours'>, now: Date): string | undefined {
  if (to && to.getTime() > now.getTime()) return 'The instant is in the future.';
  if (!(hours > 0 && hours <= 168)) return 'The hours are more than 0 and at most 168: the outbox keeps its events for seven days.';
  return undefined;
}

/**
 * Divides a restore into calls that each fit into a payload. Whom the log knows as told is noted by all of them, and only the last sends events again:
 * nobody is told twice because his event is in a later one.
 */
export function restoreCalls(
  { to, told, hours }: RestoreOrder & { to: Date },
  most = mostTold,
): { to?: string; told: string[]; hours: number }[] {
  const calls = Math.max(1, Math.ceil(told.length / most));
  return Array.from({ length: calls }, (_, i) => ({
    ...(i === calls - 1 && { to: to.toISOString() }),
    told: told.slice(i * most, (i + 1) * most),
    hours,
  }));
}
