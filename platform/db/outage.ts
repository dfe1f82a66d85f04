// PostgreSQL's codes for temporary failures (appendix A of its manual): connection exceptions, out of connections or memory, shutting down or
// starting, cancelled or disconnected by a time-out, read-only after a fail-over, deadlock and serialization failures.
const codes = /^(08|53|57|58|25006|25P03|40001|40P01|3D000$|28|XX000)/;
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);
// node-postgres throws these without a code.
const messages =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|not queryable/;

/** Whether an error means that the database is temporarily unavailable (down, busy, too slow), not that the statement was wrong. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return networkCodes.has(code) || codes.test(code);
  return messages.test(error.message) || (error instanceof AggregateError && error.errors.some(isOutage));
}

/** Whether the database was reached and the statement took longer than it may: by our clock (DATABASE_QUERY_TIMEOUT_MS) or the server's. */
export const ranTooLong = (error: unknown): boolean =>
  error instanceof Error && (error.message.includes('Query read timeout') || (error as { code?: unknown }).code === '57014');
