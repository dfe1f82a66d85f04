import type { Sql } from '#platform/db/sql.ts';
import type { Query } from '#platform/http/contract.ts';
import type { getFunnelRoute } from './contract.ts';
import { type Funnel, selectFunnel } from './funnel.pg.ts';

const hourMs = 3_600_000;

/** How many product pages were seen, carts begun, orders placed and orders paid in the hours that a time touches, each counted where it happened. */
export const getFunnel = (sql: Sql, { from, to }: Query<typeof getFunnelRoute>): Promise<Funnel> =>
  selectFunnel(sql, new Date(Math.floor(Date.parse(from) / hourMs) * hourMs), new Date(Math.ceil(Date.parse(to) / hourMs) * hourMs));
