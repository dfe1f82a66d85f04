import type { FaultName } from '#platform/faults/fault-names.ts';

/** Where a stage's traces are. */
export interface Traces {
  /** Address of the shop on this machine, which keeps its last traces; undefined elsewhere. */
  local?: string | undefined;
}

/** What an operator asks to see each fault; docs/demo.md shows what it answered before, during and after. `traces` is the query of `/_local/traces`. */
const looks: Record<FaultName, { traces: string; query: string }> = {
  'slow-query': {
    traces: 'span=postgresql&minMs=100',
    query: "select calls, mean_exec_time, query from pg_stat_statements where query like '%demo_ratings%' order by mean_exec_time desc",
  },
  'pool-exhaustion': {
    traces: 'span=pg-pool.connect&minMs=20',
    query:
      "select application_name, state, count(*) from pg_stat_activity where datname = current_database() and usename = 'kelvo_app' group by 1, 2",
  },
  'lock-contention': {
    traces: 'span=postgresql&minMs=250&route=/api/orders',
    query:
      'select w.pid, w.wait_event_type, h.application_name as blocked_by, w.query from pg_stat_activity w join pg_stat_activity h on h.pid = any(pg_blocking_pids(w.pid))',
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
  'redis-slow': { traces: 'span=redis&minMs=50', query: 'redis-cli --latency; redis-cli info commandstats: cmdstat_client|pause' },
  'redis-away': {
    traces: 'span=redis&failed=true',
    query: 'GET /api/health: dependencies.redis; redis-cli info commandstats: cmdstat_client|pause',
  },
  'bus-away': {
    traces: 'span=aws_eventbridge&failed=true',
    query: 'select count(*), min(created_at), max(last_error) from outbox where published_at is null',
  },
  'mail-failing': { traces: 'span=mail&failed=true', query: 'GET /api/admin/dead-letters?queue=notify-people' },
  'ads-errors': { traces: 'route=/api/ads&status=5xx', query: "log lines: filter route like '/api/ads' | stats count(*) by route, status" },
  'duplicate-deliveries': { traces: 'span=process', query: "log lines: filter outcome = 'handled before' | stats count(*) by consumer" },
  'memory-pressure': {
    traces: 'minMs=500&sort=slowest',
    query: 'rss_mb of the log lines "memory is held" and "memory is given back"; on Lambda Max Memory Used of each invocation',
  },
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
