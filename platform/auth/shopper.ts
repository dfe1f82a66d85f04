/** Whoever a valid access token speaks for. */
export interface Shopper {
  id: string;
  role: 'shopper' | 'admin';
}

/** The name under which a change is recorded: `guest`, `shopper:<id>` or `admin:<id>`. */
export const actorOf = (shopper: Shopper | undefined): string => (shopper ? `${shopper.role}:${shopper.id}` : 'guest');

/** The account of an actor who is an admin. */
export const adminOf = (actor: string): string | undefined => /^admin:(.+)$/.exec(actor)?.[1];

/** The scope of a caller's idempotency keys: the account, or `guest`. */
export const scopeOf = (shopper: Shopper | undefined): string => (shopper ? `user:${shopper.id}` : 'guest');
