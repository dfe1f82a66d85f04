import type { FaultName } from '#platform/faults/fault-names.ts';

/** Where a stage's traces are. */
export interface Traces {
  /** Address of the shop on this machine, which keeps its last traces; undefined elsewhere. */
  local?: string | undefined;
}

/** What an operator asks to see each fault; docs/demo.md shows what it answered before, during and after. `traces` is the query of `/_local/traces`. */
const looks: Record<FaultName, { traces: string; query: string }> = {
  'slow-query': {
    traces: 'span=postgresql&minMs=250',
    query: 'select query, calls, mean_exec_time from pg_stat_statements order by mean_exec_time desc limit 5',
  },
  'pool-exhaustion': {
    traces: 'span=pg-pool.connect&minMs=250',
    query: 'select application_name, state, count(*) from pg_stat_activity where datname = current_database() group by 1, 2',
  },
  'lock-contention': {
    traces: 'span=postgresql&minMs=250&route=/api/orders',
    query: 'select pid, pg_blocking_pids(pid), wait_event, query from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0',
  },
  'payment-declines': {
    traces: 'route=/api/payment/confirm',
    query: "select status, count(*) from payments where updated_at > now() - interval '5 minutes' group by 1",
  },
  'provider-slow': {
    traces: 'route=/api/payment/confirm&minMs=500',
    query: "log lines: filter route like '/api/payment' | stats count(*), pct(duration_ms, 95) by route",
  },
  'provider-away': {
    traces: 'service=rum-shop-payment&status=503',
    query: "log lines: filter route like '/api/payment' | stats count(*) by route, status, error.message",
  },
  'redis-slow': { traces: 'span=redis&minMs=50', query: 'redis-cli client list; redis-cli slowlog get' },
  'redis-away': { traces: 'span=redis&failed=true', query: 'GET /api/health: dependencies.redis' },
  'bus-away': {
    traces: 'span=aws_eventbridge&failed=true',
    query: 'select count(*), min(created_at), max(last_error) from outbox where published_at is null',
  },
  'mail-failing': { traces: 'span=mail&failed=true', query: 'GET /api/admin/dead-letters?queue=notify-people' },
  'ads-errors': { traces: 'route=/api/ads&status=5xx', query: "log lines: filter route like '/api/ads' | stats count(*) by route, status" },
  'duplicate-deliveries': { traces: 'span=process', query: "log lines: filter outcome = 'handled before' | stats count(*) by consumer" },
  'memory-pressure': { traces: 'minMs=500&sort=slowest', query: 'Max Memory Used in the report line of each invocation' },
  'cold-starts': {
    traces: 'minMs=100&sort=slowest',
    query: 'log lines: filter cold_start = 1 | stats count(*) by route; on Lambda @initDuration of report lines too',
  },
  'bad-deploy': {
    traces: 'route=/api/products/{id}&status=500',
    query: 'log lines: filter status = 500 | stats count(*) by route, error.message',
  },
};

/** Where to see a fault. */
export function lookOf(name: FaultName, { local }: Traces): { traces: string | null; query: string } {
  const { traces, query } = looks[name];
  return { traces: local === undefined ? null : `${local}/_local/traces${traces === '' ? '' : `?${traces}`}`, query };
}
