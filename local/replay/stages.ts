/** Gives each replay a seeded database of its own, and points this process's functions at it. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { forgetPerProcess } from '#platform/per-process.ts';
import { createInvoker } from '../gateway/invoke.ts';
import { cloneDatabase, dropDatabase } from '../services/database.pg.ts';
import type { LocalStack } from '../values.ts';
import { queryOn } from './contents.pg.ts';
import type { Invoke, Report, Stage } from './replay.ts';

/** What differs between the functions of two stages. */
export interface StageVariables extends Record<string, string> {
  DATABASE_URL: string;
  REDIS_KEY_PREFIX: string;
}

export interface StagesOptions {
  stack: LocalStack;
  root: string;
  /** A superuser's, for the seeded database that is cloned. */
  shopUrl: string;
  /** Runs the functions that events are for, when it is not this process that does. */
  elsewhere?: (variables: StageVariables) => Invoke;
}

export interface Stages {
  /** Runs a replay on a stage. A database that a replay left as it was serves the next one. */
  on(work: (stage: Stage) => Promise<Report>): Promise<Report>;
  end(): Promise<void>;
}

interface OwnStage extends Stage {
  end(): Promise<void>;
}

export function createStages(options: StagesOptions): Stages {
  let clean: OwnStage | undefined;
  return {
    async on(work) {
      const stage = clean ?? (await newStage(options));
      clean = undefined;
      try {
        const report = await work(stage);
        if (!report.dirty) clean = stage;
        return report;
      } finally {
        if (clean !== stage) await stage.end();
      }
    },
    async end() {
      await clean?.end();
      clean = undefined;
    },
  };
}

async function newStage({ stack, root, shopUrl, elsewhere }: StagesOptions): Promise<OwnStage> {
  const name = `replay_${randomBytes(6).toString('hex')}`;
  const url = await cloneDatabase(shopUrl, name);
  const asApp = new URL(url);
  asApp.username = 'kelvo_app';
  const variables = { DATABASE_URL: asApp.href, REDIS_KEY_PREFIX: `${name}:` };
  const here = invokeHere(stack, variables, root);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => undefined);
  return {
    invoke: elsewhere?.(variables) ?? here,
    prepare: here,
    query: queryOn(pool),
    async end() {
      await pool.end();
      await endPool();
      await dropDatabase(url);
    },
  };
}

/** The built bundles, loaded anew: they read their variables when they load. */
function invokeHere({ functions, env }: LocalStack, variables: StageVariables, root: string): Invoke {
  const { invoke } = createInvoker(functions, { ...env, ...variables }, root);
  return (logicalId, event) =>
    invoke(logicalId, event).then(
      (returned) => ({ returned }),
      (error) => ({ threw: error instanceof Error ? error.message : String(error) }),
    );
}

/** All bundles of a process share one pool (platform/db/pool.ts): it goes with its database. */
const endPool = async (): Promise<void> => forgetPerProcess<pg.Pool>('pg')?.end();
