/** SQL of the moments at which carts got their first line, from `since` and before `until` (SQL of an instant each). */
export const begunCarts = (since: string, until: string): string =>
  `select begun_at from carts where begun_at >= ${since} and begun_at < ${until}`;
