/** The present instant, to the millisecond, as the database keeps it. Handlers read it once and hand it on. */
export const now = (): Date => new Date();
