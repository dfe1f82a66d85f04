/** GET /_local/metrics: what the gateway, its functions and their stores do, in OpenMetrics. For this machine: no function is part of it. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { METHODS } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { faultNames } from '#platform/faults/fault-names.ts';
import { knownPerProcess } from '#platform/per-process.ts';
import { type FinishedWork, finishedWork } from '#platform/telemetry/finished-work.ts';
import { send, sendText } from '../pages/send.ts';
import type { Held } from '../pumps/held.ts';
import { beginCounting, countWork } from './count-work.ts';
import { readDatabase } from './database.pg.ts';
import { readRedis } from './redis.ts';
import { createRegistry } from './registry.ts';
import { contentTypes, formatFor, writeMetrics } from './write.ts';

export interface MetricsOptions {
  /** The functions' environment. */
  env: Record<string, string>;
  queues(): Promise<Held[]>;
  traces(): { traces: number; passedOn: Record<string, number> };
}

export interface Metrics {
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Counts a request when its answer is over. @param routeOf gives the template of its route, which is known only later */
  watch(request: IncomingMessage, response: ServerResponse, routeOf: () => string): void;
  end(): Promise<void>;
}

/** What a scrape waits for a store at most; Prometheus gives up after 10 s. */
const limitMs = 2_000;
/** What nginx calls a client that went away before its answer. */
const clientGone = 499;
const sessionStates = ['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)'];

export function openMetrics({ env, queues, traces }: MetricsOptions): Metrics {
  const registry = createRegistry();
  const database = readDatabase(env.DATABASE_ADMIN_URL || (env.DATABASE_URL ?? ''), limitMs);
  const redis = env.REDIS_URL ? readRedis(env.REDIS_URL, limitMs) : undefined;
  const delay = monitorEventLoopDelay({ resolution: 20 });
  const delays = { sum: 0, count: 0 };
  delay.enable();
  const listener = (work: unknown) => countWork(registry, work as FinishedWork);
  subscribe(finishedWork.name, listener);
  beginCounting(registry);
  registry.set('kelvo_build', { version: env.SERVICE_VERSION || 'unknown', node: process.versions.node, stage: env.STAGE ?? 'local' }, 1);

  const sources: Record<string, () => Promise<void>> = {
    async postgresql() {
      registry.clear('kelvo_outbox_unsent_events', 'kelvo_outbox_oldest_unsent_age_seconds', 'kelvo_postgresql_sessions');
      registry.clear('kelvo_postgresql_sessions_waiting_for_locks', 'kelvo_fault_strength');
      const { outboxUnsent, outboxOldestSeconds, sessions, waitingForLocks, faults } = await database.read();
      registry.set('kelvo_outbox_unsent_events', {}, outboxUnsent);
      registry.set('kelvo_outbox_oldest_unsent_age_seconds', {}, outboxOldestSeconds);
      for (const state of new Set([...sessionStates, ...Object.keys(sessions)]))
        registry.set('kelvo_postgresql_sessions', { state }, sessions[state] ?? 0);
      registry.set('kelvo_postgresql_sessions_waiting_for_locks', {}, waitingForLocks);
      for (const fault of faultNames) registry.set('kelvo_fault_strength', { fault }, faults[fault] ?? 0);
    },
    async queues() {
      registry.clear('kelvo_queue_messages', 'kelvo_queue_dead_letters', 'kelvo_queue_oldest_message_age_seconds');
      for (const { name: queue, consumer, visible, underWay, delayed, dead, oldest } of await queues()) {
        if (consumer === null) continue; // dead letters are counted at the queue that they come from
        for (const [state, count] of Object.entries({ visible, under_way: underWay, delayed }))
          registry.set('kelvo_queue_messages', { queue, state }, count);
        registry.set('kelvo_queue_dead_letters', { queue }, dead);
        registry.set('kelvo_queue_oldest_message_age_seconds', { queue }, ageOf(oldest));
      }
    },
    ...(redis && { redis: () => redis.ping() }),
  };

  function readProcess(): void {
    const { user, system } = process.cpuUsage();
    registry.set('process_cpu_seconds', {}, (user + system) / 1e6);
    registry.set('process_resident_memory_bytes', {}, process.memoryUsage.rss());
    registry.set('process_start_time_seconds', {}, Math.round(performance.timeOrigin) / 1_000);
    registry.set('nodejs_heap_used_bytes', {}, process.memoryUsage().heapUsed);
    if (delay.count > 0) {
      const quantiles = Object.fromEntries([50, 90, 99].map((percent) => [String(percent / 100), delay.percentile(percent) / 1e9]));
      delays.sum += (delay.mean * delay.count) / 1e9;
      delays.count += delay.count;
      registry.summarise('nodejs_event_loop_delay_seconds', quantiles, delays.sum, delays.count);
      delay.reset();
    }
  }

  /** The functions' pool and their breaker: they share both, as one process. */
  function readShared(): void {
    const pool = knownPerProcess<{ totalCount: number; idleCount: number; waitingCount: number }>('pg');
    registry.set('kelvo_database_pool_connections', { state: 'idle' }, pool?.idleCount ?? 0);
    registry.set('kelvo_database_pool_connections', { state: 'in_use' }, (pool?.totalCount ?? 0) - (pool?.idleCount ?? 0));
    registry.set('kelvo_database_pool_waiting_requests', {}, pool?.waitingCount ?? 0);
    const openMs = knownPerProcess<{ breaker: { openMs: number } }>('redis')?.breaker.openMs ?? 0;
    registry.set('kelvo_redis_breaker_open', {}, openMs > 0 ? 1 : 0);
    const { traces: kept, passedOn } = traces();
    registry.set('kelvo_traces_kept', {}, kept);
    for (const [outcome, count] of Object.entries(passedOn)) registry.set('kelvo_trace_batches_passed_on', { outcome }, count);
  }

  async function read(): Promise<void> {
    readProcess();
    readShared();
    await Promise.all(
      Object.entries(sources).map(async ([source, ask]) => {
        const up = await within(ask()).then(
          () => 1,
          () => 0,
        );
        registry.set('kelvo_up', { source }, up);
      }),
    );
  }
  /** Several scrapers at once ask once. */
  let reading: Promise<void> | undefined;

  return {
    async serve(request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return sendText(response, 405, 'Method Not Allowed', { allow: 'GET, HEAD' });
      reading ??= read().finally(() => {
        reading = undefined;
      });
      await reading;
      const format = formatFor(request.headers.accept);
      send(response, 200, writeMetrics(registry, format), { type: contentTypes[format] });
    },
    watch(request, response, routeOf) {
      const began = performance.now();
      response.once('close', () => {
        const about = { route: routeOf(), method: methodOf(request.method) };
        const status = String(response.headersSent ? response.statusCode : clientGone);
        registry.count('kelvo_http_requests', { ...about, status });
        registry.observe('kelvo_http_request_duration_seconds', about, (performance.now() - began) / 1_000);
      });
    },
    async end() {
      unsubscribe(finishedWork.name, listener);
      delay.disable();
      redis?.end();
      await database.end();
    },
  };
}

const ageOf = (oldest: string | null): number => (oldest === null ? 0 : Math.max(0, Date.now() - Date.parse(oldest)) / 1_000);

/** What Node's parser takes for a method it knows; everything else is one value, so that nobody makes series by inventing methods. */
const methodOf = (method = ''): string => (METHODS.includes(method) ? method : '_OTHER');

async function within(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), limitMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
