/** What a stage would be if it had only what its traffic needs. Rules, each with its reason: nothing is changed by itself. */
export interface Band {
  /** Up to so many requests a month. */
  upTo: number;
  database: string;
  cache: string;
  why: string;
}

/**
 * The smallest instances for so many requests a month. Both are shared (burstable) classes: what counts is the average, which their credits must carry.
 * A month's peak is taken as ten times its average, a request as 3 ms of the database's processor; a t4g.micro earns 0.2 of a processor all the time.
 */
export const bands: readonly Band[] = [
  { upTo: 20_000_000, database: 'db.t4g.micro', cache: 'cache.t4g.micro', why: '8 requests a second on average, 2 % of a processor' },
  {
    upTo: 60_000_000,
    database: 'db.t4g.small',
    cache: 'cache.t4g.micro',
    why: '23 a second; the tables and indexes that are read often want 2 GB',
  },
  {
    upTo: Number.POSITIVE_INFINITY,
    database: 'db.t4g.medium',
    cache: 'cache.t4g.small',
    why: '38 a second and more; twelve percent of a processor, 4 GB, 400 connections',
  },
];

export const bandOf = (requests: number): Band => bands.find(({ upTo }) => requests <= upTo) as Band;

/**
 * The parameters of the right size. Engine, proxy, replica, search and everything that is promised (standby in prod, backups, alarms, firewall) stays.
 * @param parameters every parameter of the stage
 */
export function idealParameters(parameters: Record<string, string>, requests: number): Record<string, string> {
  const { Stage, Egress, Engine } = parameters;
  const { database, cache } = bandOf(requests);
  const gateways = Egress === 'nat' || Egress === 'nat-per-zone';
  return {
    ...parameters,
    Sizing: 'rightsized',
    // Aurora begins at db.t4g.medium, which is what Sizing says.
    DatabaseClass: Engine === 'aurora-postgres' ? '' : database,
    CacheClass: cache,
    // Only prod needs a way out that survives a zone.
    ...(gateways && Stage !== 'prod' ? { Egress: 'nat-instance' } : {}),
  };
}
