/**
 * Whether a stage's functions can ever open more connections than its database takes. db/roles/connections.sql sets the limit from the server's own
 * numbers; this is the same arithmetic ahead of time, for the classes that the templates name.
 */

/**
 * Connections of those who help, all to the main database itself and none by the proxy: the Datadog Agent; migrations, whose request may come twice at a
 * time; an operator's task; a person. Each of the functions among them has one. Their sum is `kept` in db/roles/connections.sql.
 */
export const helpers = { agent: 8, migrations: 2, tasks: 1, person: 1 };
export const keptForHelpers = Object.values(helpers).reduce((sum, most) => sum + most, 0);
/**
 * What demonstrations take besides, where a stage allows faults: who switches the mode, who acts during faults, the session that holds locks, and who
 * sends made-up shoppers. A stage that allows none keeps none; `control` in db/roles/connections.sql.
 */
export const keptForControl = 4;
/** superuser_reserved_connections (3) and rds.rds_superuser_reserved_connections (2), RDS's defaults for PostgreSQL 16. */
export const reservedByServer = 5;

/** Memory in GiB, by class (AWS: "Hardware specifications for DB instance classes"). */
const memoryGiB: Record<string, number> = { 'db.t4g.micro': 1, 'db.t3.medium': 4, 'db.t4g.medium': 4, 'db.r6g.large': 16 };
/** RDS's own processes and the system take a part of it, and max_connections is LEAST(DBInstanceClassMemory / 9531392, 5000). */
const leftForPostgres = 0.75;

/** How many connections a class takes at the least. @throws Error for a class whose memory is not known here */
export function maxConnectionsOf(databaseClass: string): number {
  const memory = memoryGiB[databaseClass];
  if (memory === undefined) throw new Error(`add the memory of ${databaseClass} to scripts/connections/budget.ts`);
  return Math.min(5_000, Math.floor((memory * 2 ** 30 * leftForPostgres) / 9_531_392));
}

export interface Background {
  /** MaximumConcurrency of each queue's consumer. */
  consumers: number[];
  /** Schedules. Each ends before its next start, but the scheduler may start one twice. */
  schedules: number;
  /** Shards of streams: one function each at a time. */
  shards: number;
}

export interface Budget {
  maxConnections: number;
  /** What kelvo_app may have at most: everything beyond is refused by the database, and the helpers' share is safe. */
  functions: number;
  /** The most that consumers, schedules and streams take of it. */
  background: number;
  /** What is left for requests at the worst moment. */
  requests: number;
  /** What the RDS Proxy takes at most, where there is one. */
  proxy: number;
  /** What is left for requests of it, at the same moment. */
  requestsByProxy: number;
  /**
   * What the functions may have at most on the read replica, a server of its own with the same class, limits and roles (they are replicated). Helpers do
   * not go there, nor does anything but requests for reports.
   */
  replica: number;
}

export function budgetOf(databaseClass: string, proxyPercent: number, { consumers, schedules, shards }: Background): Budget {
  const maxConnections = maxConnectionsOf(databaseClass);
  const functions = maxConnections - reservedByServer - keptForHelpers;
  const background = consumers.reduce((sum, most) => sum + most, 0) + 2 * schedules + shards;
  const proxy = Math.floor((maxConnections * proxyPercent) / 100);
  return {
    maxConnections,
    functions,
    background,
    requests: functions - background,
    proxy,
    requestsByProxy: Math.min(proxy, functions) - background,
    replica: functions,
  };
}
