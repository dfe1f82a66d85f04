/** The port that PORT names. Throws a message for whoever set it. */
export function portFrom(value: string | undefined): number {
  if (value === undefined || value === '') return 3000;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port >= 1 && port <= 65_535)) throw new Error(`PORT must be a whole number from 1 to 65535, not "${value}"`);
  return port;
}
