import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type pg from 'pg';

/** What one invocation asked of the stores. */
export interface RoundTrips {
  /** Statements sent to PostgreSQL, `begin` and `commit` among them, each of which is waited for. */
  postgres: number;
  /** Of the same: sent after the work was committed, to note which events the bus has taken. */
  afterCommit: number;
  /** Times that the function waited for Redis alone: commands sent together are one, those beside a statement none. */
  redis: number;
}

export interface Recorded<T> {
  result: T;
  trips: RoundTrips;
  /** The texts of the statements that `trips.postgres` counts. */
  statements: string[];
}

// Not counted: the probe of a connection that has been idle, what stands for the payment provider's own database, and what a process asks every 2 s,
// beside a request, where faults are allowed (tests/integration/demo-mode.test.ts counts that).
const isCounted = (text: string) =>
  text !== 'select 1' && !/\bmock_(intents|refunds)\b/.test(text) && !/\bdemo_runs r join demo_faults\b/.test(text);
const isAfterCommit = (text: string) => /^\s*update outbox set published_at/.test(text);

export interface RoundTripRecorder {
  during<T>(work: () => Promise<T>): Promise<Recorded<T>>;
  end(): void;
}

/**
 * Records what the built functions ask of PostgreSQL and Redis in this process. It replaces what their drivers send by, so it sees every
 * pool and connection; a test's own connections use another role.
 */
export function recordRoundTrips(): RoundTripRecorder {
  const require = createRequire(join(import.meta.dirname, '../../dist/CartAddItem/index.js')); // the drivers that bundles load
  const { Client } = require('pg') as typeof pg;
  const { prototype: redis } = require('ioredis').Redis as { prototype: Redis };
  const originals = { query: Client.prototype.query, sendCommand: redis.sendCommand };
  let trips: RoundTrips | undefined;
  let statements: string[] = [];
  const underWay = { postgres: 0, redis: 0 };
  let besideStatement = false;

  Client.prototype.query = function query(this: pg.Client, ...args: unknown[]) {
    const [text] = args;
    const answer = Reflect.apply(originals.query, this, args);
    if (typeof text !== 'string' || this.user !== 'kelvo_app') return answer;
    if (trips && isCounted(text)) {
      trips[isAfterCommit(text) ? 'afterCommit' : 'postgres'] += 1;
      if (!isAfterCommit(text)) statements.push(text);
    }
    underWay.postgres += 1;
    besideStatement = true;
    const done = () => {
      underWay.postgres -= 1;
    };
    void Promise.resolve(answer).then(done, done);
    return answer;
  } as typeof originals.query;

  redis.sendCommand = function sendCommand(this: unknown, ...args: unknown[]) {
    if (underWay.redis === 0) besideStatement = underWay.postgres > 0;
    underWay.redis += 1;
    const answer = Reflect.apply(originals.sendCommand, this, args);
    const done = () => {
      underWay.redis -= 1;
      if (underWay.redis === 0 && !besideStatement && trips) trips.redis += 1;
    };
    void Promise.resolve(answer).then(done, done);
    return answer;
  } as typeof originals.sendCommand;

  return {
    async during(work) {
      const own: RoundTrips = { postgres: 0, afterCommit: 0, redis: 0 };
      trips = own;
      statements = [];
      try {
        return { result: await work(), trips: own, statements };
      } finally {
        trips = undefined; // what is still under way was not waited for
      }
    },
    end() {
      Client.prototype.query = originals.query;
      redis.sendCommand = originals.sendCommand;
    },
  };
}

/** Records the text of every statement that the functions of this process send to PostgreSQL. */
export function recordStatements(): { statements: string[]; end(): void } {
  const require = createRequire(join(import.meta.dirname, '../../dist/CartAddItem/index.js')); // the driver that bundles load
  const { Client } = require('pg') as typeof pg;
  const { query } = Client.prototype;
  const statements: string[] = [];
  Client.prototype.query = function recorded(this: pg.Client, ...args: unknown[]) {
    const [text] = args;
    if (typeof text === 'string' && this.user === 'kelvo_app') statements.push(text);
    return Reflect.apply(query, this, args);
  } as typeof query;
  return {
    statements,
    end: () => {
      Client.prototype.query = query;
    },
  };
}
