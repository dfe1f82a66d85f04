const maxLength = 300;

/** What another company says, as PostgreSQL can keep it: no NUL, no half of a surrogate pair (also not by the cut), 300 characters at most. */
export const foreignText = (text: string): string => text.replaceAll('\0', '').slice(0, maxLength).toWellFormed();
