/** Gives each replay a seeded database of its own, and makes this process's functions use it. */
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
  DATABASE_ADMIN_URL: string;
  REDIS_KEY_PREFIX: string;
}

export interface StagesOptions {
  stack: LocalStack;
  root: string;
  /** Signs in as a superuser, to the seeded database that is cloned. */
  shopUrl: string;
  /** Runs the functions that events are for, when it is not this process that does. */
  elsewhere?: (variables: StageVariables) => Invoke;
}

export interface Stages {
  /** Runs a replay on a stage. A database that a replay did not change is used for the next one. */
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
  const asControl = new URL(url);
  asControl.username = 'kelvo_control';
  const variables = {
    DATABASE_URL: asApp.href,
    DATABASE_ADMIN_URL: url,
    DATABASE_CONTROL_URL: asControl.href,
    REDIS_KEY_PREFIX: `${name}:`,
  };
  const stage = openStage({ ...stack, env: { ...stack.env, ...variables } }, url, root);
  return {
    query: stage.query,
    prepare: stage.prepare,
    invoke: elsewhere?.(variables) ?? stage.prepare,
    async end() {
      await stage.end();
      await dropDatabase(url);
    },
  };
}

/** Makes this process's functions use a database. @param adminUrl of a role that may read every table */
export function openStage(
  { functions, env }: Pick<LocalStack, 'functions' | 'env'>,
  adminUrl: string,
  root: string,
): Omit<OwnStage, 'invoke'> {
  const pool = new pg.Pool({ connectionString: adminUrl, max: 1 });
  pool.on('error', () => undefined);
  return {
    prepare: invokeHere({ functions, env }, root),
    query: queryOn(pool),
    async end() {
      await pool.end();
      // All bundles of a process share one pool (platform/db/pool.ts): it is closed with its database.
      await forgetPerProcess<pg.Pool>('pg')?.end();
    },
  };
}

/** Loads the built bundles again: they read their variables when they load. */
function invokeHere({ functions, env }: Pick<LocalStack, 'functions' | 'env'>, root: string): Invoke {
  const { invoke } = createInvoker(functions, env, root);
  return (logicalId, event) =>
    invoke(logicalId, event).then(
      (returned) => ({ returned }),
      (error) => ({ threw: error instanceof Error ? error.message : String(error) }),
    );
}
