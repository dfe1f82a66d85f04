/**
 * The instant of a change to a locked product: now, but after its last change, whatever the clocks of two functions say. Whoever keeps products
 * elsewhere can then tell by `updatedAt` which of two changes is the later one.
 */
export const changedAt = ({ updated_at }: { updated_at: string }, now: Date): Date =>
  new Date(Math.max(now.getTime(), Date.parse(updated_at) + 1));
