import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundling } from '../../scripts/build-functions.ts';
import { functionFiles } from '../../scripts/function-files.ts';
import { refOf, template } from './support/template.ts';

interface Bundle {
  logicalId: string;
  domain: string;
  bytes: number;
  /** Files of which code is in the bundle. */
  inputs: Set<string>;
  /** Files and packages that run as soon as the function starts: what dynamic imports bring comes later, if ever. */
  loaded: Set<string>;
}

/** A policy or a variable, and the file whose code needs it: a function has the one exactly if it has the other. */
const policies: Record<string, string> = {
  ConnectDatabase: 'platform/db/pool.ts',
  ConnectCache: 'platform/cache/redis.ts',
  PublishEvents: 'platform/events/bus.ts',
};
const variables: Record<string, string> = {
  ACCESS_TOKEN_SIGNING_KEY: 'functions/auth/lib/session.ts',
  STRIPE_SECRET_KEY: 'functions/payments/lib/stripe-provider.client.ts',
};

/** What every function has for Datadog's layer and not for its own code: tests/architecture/instrumentation.test.ts. */
const forTracer = {
  policy: (policy: unknown) => JSON.stringify(policy).includes('"ReadDatadogKey"'),
  variable: (name: string) => name === 'DD_SERVICE',
};

const budget = JSON.parse(readFileSync(join(import.meta.dirname, 'bundle-budget.json'), 'utf8')) as Record<string, number>;

let bundles: Bundle[] = [];
beforeAll(async () => {
  const functions = functionFiles();
  const { metafile } = await build(bundling(functions));
  bundles = functions.map((fn) => {
    const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === fn.file);
    if (output === undefined) throw new Error(`${fn.file} has no bundle`);
    const inputs = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    return { ...fn, bytes: output.bytes, inputs: new Set(inputs.map(([file]) => file)), loaded: loadedBy(fn.file, metafile) };
  });
}, 60_000);

/** Everything that a file imports statically, over however many files. */
function loadedBy(file: string, { inputs }: Metafile, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path, kind } of inputs[file]?.imports ?? []) if (kind !== 'dynamic-import') loadedBy(path, { inputs, outputs: {} }, seen);
  return seen;
}

describe('a function may do what its code needs, and no more', () => {
  const propertiesOf = (id: string) => template.Resources[id]?.Properties ?? {};

  test('by its policies', () => {
    const faults = bundles.flatMap(({ logicalId, inputs }) => {
      const given = ((propertiesOf(logicalId).Policies ?? []) as unknown[])
        .filter((policy) => !forTracer.policy(policy))
        .map((policy) => refOf(policy) ?? JSON.stringify(policy));
      return [
        ...given
          .filter((policy) => policies[policy] === undefined)
          .map((policy) => `${logicalId}: say in this test which file needs ${policy}`),
        ...Object.entries(policies).flatMap(([policy, file]) => differs(logicalId, policy, given.includes(policy), file, inputs.has(file))),
      ];
    });
    expect(faults).toEqual([]);
  });

  test('by the secrets in its variables', () => {
    const faults = bundles.flatMap(({ logicalId, inputs }) => {
      const own = Object.keys((propertiesOf(logicalId).Environment as { Variables?: object } | undefined)?.Variables ?? {}).filter(
        (name) => !forTracer.variable(name),
      );
      return [
        ...own.filter((name) => variables[name] === undefined).map((name) => `${logicalId}: say in this test which file needs ${name}`),
        ...Object.entries(variables).flatMap(([name, file]) => differs(logicalId, name, own.includes(name), file, inputs.has(file))),
      ];
    });
    expect(faults).toEqual([]);
  });

  const differs = (id: string, what: string, has: boolean, file: string, needs: boolean): string[] => {
    if (has === needs) return [];
    return [needs ? `${id} reaches ${file} and lacks ${what}` : `${id} has ${what} and does not reach ${file}`];
  };
});

describe('a bundle', () => {
  test('of the catalog or the search has no Redis driver and no password hashing, and starts without jose and the whole of zod', () => {
    const reads = bundles.filter(({ domain }) => domain === 'catalog' || domain === 'search');
    expect(reads.length).toBeGreaterThan(5);
    const faults = reads.flatMap(({ logicalId, inputs, loaded }) => [
      ...[...inputs].filter((file) => /ioredis|argon|auth\/password/.test(file)).map((file) => `${logicalId} contains ${file}`),
      ...[...loaded]
        .filter((file) => /^ioredis|node_modules\/(jose|ioredis)\/|zod\/.*\/classic\//.test(file))
        .map((file) => `${logicalId} loads ${file}`),
    ]);
    expect(faults).toEqual([]);
  });

  test('holds no driver: these come from the layer, where the tracer can patch them', () => {
    const faults = bundles.flatMap(({ logicalId, inputs }) =>
      [...inputs]
        .filter((file) => /node_modules\/(pg|ioredis|stripe|datadog-lambda-js|dd-trace)\//.test(file))
        .map((file) => `${logicalId}: ${file}`),
    );
    expect(faults).toEqual([]);
  });

  test('holds no texts of docs/problems.md: functions use the types of platform/problem-codes.ts only', () => {
    expect(bundles.filter(({ inputs }) => inputs.has('platform/problem-codes.ts')).map(({ logicalId }) => logicalId)).toEqual([]);
  });

  test('keeps within its budget, and every function has one', () => {
    const faults = bundles.flatMap(({ logicalId, bytes }) => {
      const most = budget[logicalId];
      if (most === undefined) return [`add to bundle-budget.json: "${logicalId}": ${roomFor(bytes)}`];
      if (bytes > most)
        return [
          `${logicalId} has ${bytes} bytes, ${most} are allowed: take out what it does not need, or say why and allow ${roomFor(bytes)}`,
        ];
      return [];
    });
    const gone = Object.keys(budget).filter((id) => !bundles.some(({ logicalId }) => logicalId === id));
    expect([...faults, ...gone.map((id) => `take ${id} out of bundle-budget.json`)]).toEqual([]);
  });

  /** A tenth of head room, in whole thousands. */
  const roomFor = (bytes: number) => Math.ceil((bytes * 1.1) / 1000) * 1000;
});
