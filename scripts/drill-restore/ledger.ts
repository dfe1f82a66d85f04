/** What a shopper was told is done (2xx). */
export interface Accepted {
  what: 'cart' | 'order' | 'payment';
  /** Of the cart or the order. */
  id: string;
  /** Milliseconds since 1970, by this machine's clock, which PostgreSQL goes by too. */
  sentAt: number;
  answeredAt: number;
  /** A cart's. */
  version?: number;
  /** Opens a guest's order. */
  accessToken?: string;
}

/** What a restore to an instant has to show of what shoppers were told. */
export interface Due {
  /** Answered before the instant: has to be there. */
  there: Accepted[];
  /** Sent after it: nothing of it may be there. */
  gone: Accepted[];
  /** Under way at the instant: there as a whole, or not at all. */
  either: Accepted[];
}

export function dueAt(accepted: readonly Accepted[], instant: Date): Due {
  const at = instant.getTime();
  const due: Due = { there: [], gone: [], either: [] };
  // A commit within the same millisecond as the instant may be on either side of it.
  for (const each of accepted) {
    if (each.answeredAt < at) due.there.push(each);
    else if (each.sentAt > at) due.gone.push(each);
    else due.either.push(each);
  }
  return due;
}

/** The lowest and highest version that each cart may have: the last that was answered before the instant, and the last that was begun before it. */
export function cartVersions({ there, either }: Due): Map<string, { from: number; to: number }> {
  const versions = new Map<string, { from: number; to: number }>();
  for (const { what, id, version = 0 } of there) {
    if (what === 'cart') versions.set(id, { from: Math.max(version, versions.get(id)?.from ?? 0), to: version });
  }
  for (const range of versions.values()) range.to = range.from;
  for (const { what, id, version = 0 } of either) {
    const known = versions.get(id);
    if (what === 'cart' && known) known.to = Math.max(known.to, version);
  }
  return versions;
}
