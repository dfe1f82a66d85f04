/** What a stage costs a month before anybody uses it. us-east-1, 730 hours, USD; list prices of November 2026. */

export interface CostItem {
  item: string;
  /** USD a month. */
  monthly: number;
}

const hours = 730;
const database = { 'db.t4g.micro': 0.016, 'db.t3.medium': 0.072 } as const;
const cache = { 'cache.t4g.micro': 0.0128, 'cache.t3.small': 0.034 } as const;
/** A NAT instance is a t4g.nano with 8 GB and a public IPv4 address; a gateway has an address, too. */
const egress: Record<string, number> = { ipv6: 0, 'nat-instance': 7.36, nat: 0.05 * hours, 'nat-per-zone': 2 * 0.05 * hours };

/**
 * The floor of a stage's bill, item by item.
 * @param parameters every parameter of every stack, by name
 */
export function monthlyCost(parameters: Record<string, string>): CostItem[] {
  const { Sizing = 'rightsized', Stage, Egress = 'nat-instance', DatabaseProxy = 'true', ReadReplica = 'false' } = parameters;
  const isOversized = Sizing === 'oversized';
  const zones = Stage === 'prod' ? 2 : 1;
  const instance = isOversized ? 'db.t3.medium' : 'db.t4g.micro';
  const node = isOversized ? 'cache.t3.small' : 'cache.t4g.micro';
  const items = [
    {
      item: `PostgreSQL ${instance}${zones === 2 ? ' in two zones' : ''}, 20 GB`,
      monthly: zones * (database[instance] * hours + 20 * 0.115),
    },
    ...(ReadReplica === 'true' ? [{ item: `read replica ${instance}`, monthly: database[instance] * hours + 20 * 0.115 }] : []),
    ...(DatabaseProxy === 'true' ? [{ item: 'RDS Proxy, 2 vCPU', monthly: 2 * 0.015 * hours }] : []),
    { item: `Valkey ${node}${zones === 2 ? ' × 2' : ''}`, monthly: zones * cache[node] * hours },
    { item: `way out of the VPC (${Egress})`, monthly: egress[Egress] ?? 0 },
    { item: 'Kinesis, one shard', monthly: 0.015 * hours },
    { item: 'schedules, alarms, secrets, logs', monthly: 4.5 },
  ];
  return items.filter(({ monthly }) => monthly > 0);
}
