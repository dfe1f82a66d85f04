import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundling } from '../../scripts/build-functions.ts';
import { functionFiles } from '../../scripts/function-files.ts';
import { productionSources, read } from './support/sources.ts';
import { arnOf, ownVariables, propertiesOf, refOf, template, templateFunctions } from './support/template.ts';

interface Bundle {
  logicalId: string;
  domain: string;
  bytes: number;
  /** Files of which code is in the bundle. */
  inputs: Set<string>;
  /** Files and packages that run as soon as the function starts: what dynamic imports bring comes later, if ever. */
  loaded: Set<string>;
}

/** A policy, and the file whose code needs it: a function's role has the policy exactly if the file is in its bundle. */
const policies: Record<string, string> = {
  ConnectDatabase: 'platform/db/pool.ts',
  ReadDatabaseAdminSecret: 'functions/ops/lib/admin-secret.client.ts',
  ConnectControl: 'functions/demo/lib/control.pg.ts',
  InvokeDemoFunctions: 'functions/demo/lib/start-function.client.ts',
  ConnectReplica: 'platform/db/replica.ts',
  ConnectCache: 'platform/cache/redis.ts',
  ConnectCacheControl: 'functions/demo/lib/agents/hold-back.redis.ts',
  PublishEvents: 'platform/events/bus.ts',
  AskSearch: 'functions/search/lib/opensearch.client.ts',
  SendTextMessages: 'functions/notifications/lib/sns.client.ts',
  InvokeSendMail: 'functions/notifications/lib/ses-transport.client.ts',
  SendMail: 'functions/notifications/lib/ses.client.ts',
  RedriveDeadLetters: 'functions/ops/lib/dead-letters.client.ts',
  ReceiveMessages: 'platform/events/consume.ts',
  ReadOrderEvents: 'platform/events/consume-stream.ts',
};
/** Policies that no code of ours needs: Lambda uses them, for logs and traces of every function and for network interfaces in the VPC. */
const ofLambda = ['SendTelemetry', 'AttachNetworkInterfaces'];

/** A secret, and the files whose code uses it: a function has the variable exactly if one of them is in its bundle. */
const secrets: Record<string, string[]> = {
  ACCESS_TOKEN_SIGNING_KEY: ['functions/auth/lib/session.ts'],
  DATABASE_ADMIN_SECRET_ARN: ['functions/ops/lib/connect-as-admin.pg.ts'],
  DATABASE_ADMIN_URL: ['functions/ops/lib/connect-as-admin.pg.ts'],
  DATABASE_CONTROL_URL: ['functions/demo/lib/control.pg.ts'],
  REDIS_CONTROL_URL: ['functions/demo/lib/agents/hold-back.redis.ts'],
  INITIAL_MODE: ['functions/demo/lib/begin-initial-mode.ts'],
  RUN_FAULTS_FUNCTION: ['functions/demo/set-demo-mode.ts'],
  ADVANCE_TRAFFIC_FUNCTION: ['functions/demo/generate-traffic.ts'],
  DATABASE_IDLE_SECONDS: ['functions/ops/lib/role-settings.ts'],
  DATABASE_MONITORING: ['functions/ops/lib/role-settings.ts'],
  DEMO_DATA: ['functions/ops/lib/seed-stage.pg.ts'],
  ORDER_TOKEN_KEY: ['functions/orders/lib/order-token.ts', 'functions/auth/lib/login-attempts.pg.ts'],
  PAYMENT_WEBHOOK_SECRET: ['functions/payments/lib/receive-webhook.ts'],
  SMTP_URL: ['functions/notifications/lib/smtp-transport.client.ts'],
  STRIPE_SECRET_KEY: ['functions/payments/lib/stripe-provider.client.ts'],
};

/** How many bytes a bundle may have, and which bundles may have more. */
const budget = JSON.parse(readFileSync(join(import.meta.dirname, 'bundle-budget.json'), 'utf8')) as {
  default: number;
  exceptions: Record<string, number>;
};

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
  const policiesOf = (role: string): string[] =>
    ((propertiesOf(role).ManagedPolicyArns ?? []) as unknown[])
      .map((policy) => refOf(policy) ?? JSON.stringify(policy))
      .filter((policy) => !ofLambda.includes(policy));

  test('by its role', () => {
    const faults = bundles.flatMap(({ logicalId, inputs }) => {
      const given = policiesOf(arnOf(propertiesOf(logicalId).Role) ?? '');
      return [
        ...given
          .filter((policy) => policies[policy] === undefined)
          .map((policy) => `${logicalId}: say in this test which file needs ${policy}`),
        ...Object.entries(policies).flatMap(([policy, file]) =>
          differs(logicalId, policy, given.includes(policy), [file], inputs.has(file)),
        ),
      ];
    });
    expect(faults).toEqual([]);
  });

  test('and is in the VPC exactly if it reaches a store', () => {
    const faults = bundles.flatMap(({ logicalId, inputs }) => {
      const inside = refOf(propertiesOf(logicalId).VpcConfig) !== 'AWS::NoValue';
      const stores = [
        'platform/db/pool.ts',
        'platform/cache/redis.ts',
        'functions/ops/lib/connect-as-admin.pg.ts',
        'functions/demo/lib/control.pg.ts',
      ];
      return differs(
        logicalId,
        'the VPC',
        inside,
        stores,
        stores.some((file) => inputs.has(file)),
      );
    });
    expect(faults).toEqual([]);
  });

  test('and has twice the memory exactly if it hashes passwords, which is work for the CPU alone', () => {
    const faults = bundles.filter(({ logicalId, inputs }) => {
      const { MemorySize = template.Globals.Function.MemorySize } = propertiesOf(logicalId);
      // Nobody waits for what is invoked by hand, such as ops/run-task.
      const hashes = inputs.has('platform/auth/password.ts') && propertiesOf(logicalId).Events !== undefined;
      return Number(MemorySize) !== (hashes ? 1_024 : 512);
    });
    expect(faults.map(({ logicalId }) => logicalId)).toEqual([]);
  });

  test('by roles that are all used and all different', () => {
    const used = new Set(Object.keys(templateFunctions).map((id) => arnOf(propertiesOf(id).Role)));
    const roles = Object.keys(template.Resources).filter((id) => propertiesOf(id).ManagedPolicyArns !== undefined);
    expect([...used].sort()).toEqual(roles.sort());
    const sets = roles.map((role) => policiesOf(role).sort().join());
    expect(sets.filter((set, i) => sets.indexOf(set) !== i)).toEqual([]);
  });

  test('by the secrets in its variables', () => {
    const faults = bundles.flatMap(({ logicalId, inputs }) => {
      const own = Object.entries(ownVariables(logicalId))
        .filter(([name, value]) => name !== 'DD_SERVICE' && refOf(value) !== 'AWS::NoValue')
        .map(([name]) => name);
      return [
        ...own.filter((name) => secrets[name] === undefined).map((name) => `${logicalId}: say in this test which file needs ${name}`),
        ...Object.entries(secrets).flatMap(([name, files]) =>
          differs(
            logicalId,
            name,
            own.includes(name),
            files,
            files.some((file) => inputs.has(file)),
          ),
        ),
      ];
    });
    expect(faults).toEqual([]);
  });

  test('and reads each secret in a file that this test knows', () => {
    const asking = productionSources().flatMap((file) =>
      [...read(file).matchAll(/\brequired\('(\w+)'\)/g)].map(([, name = '']) => ({ file, name })),
    );
    // Every bundle has access-token.ts, because it also verifies tokens; only session.ts calls the part that signs.
    const known = { ...secrets, ACCESS_TOKEN_SIGNING_KEY: ['platform/auth/access-token.ts'] };
    expect(asking.filter(({ file, name }) => !known[name as keyof typeof known]?.includes(file))).toEqual([]);
    // Not there locally, or with a default: the one file that reads each does not require it.
    const lenient = [
      'DATABASE_ADMIN_SECRET_ARN',
      'DATABASE_IDLE_SECONDS',
      'DATABASE_MONITORING',
      'DEMO_DATA',
      'INITIAL_MODE',
      'REDIS_CONTROL_URL',
    ];
    const needed = Object.keys(secrets).filter((name) => !lenient.includes(name));
    expect([...new Set(asking.map(({ name }) => name))].sort()).toEqual(needed.sort());
  });

  const differs = (id: string, what: string, has: boolean, files: string[], needs: boolean): string[] => {
    if (has === needs) return [];
    const named = files.join(' or ');
    return [needs ? `${id} reaches ${named} and lacks ${what}` : `${id} has ${what} and does not reach ${named}`];
  };
});

describe('a bundle', () => {
  test('of the catalog or the search has no Redis driver and no password hashing, and starts without jose, the whole of zod and, unless it emits events or keeps OpenSearch up to date, request signing', () => {
    const reads = bundles.filter(({ domain }) => domain === 'catalog' || domain === 'search');
    expect(reads.length).toBeGreaterThan(5);
    // Those whose work it is to tell the bus, or to write to OpenSearch.
    const signing = ['platform/events/bus.ts', 'functions/search/lib/write-index.client.ts'];
    const faults = reads.flatMap(({ logicalId, inputs, loaded }) => [
      ...[...inputs].filter((file) => /ioredis|argon|auth\/password/.test(file)).map((file) => `${logicalId} contains ${file}`),
      ...[...loaded]
        .filter((file) => /^(ioredis|jose|aws4fetch)$|node_modules\/(jose|aws4fetch|nodemailer|ioredis)\/|zod\/.*\/classic\//.test(file))
        .filter((file) => !(signing.some((own) => inputs.has(own)) && file.includes('aws4fetch')))
        .map((file) => `${logicalId} loads ${file}`),
    ]);
    expect(faults).toEqual([]);
  });

  test('holds no driver, which the tracer can patch in the layer only, and neither jose, aws4fetch nor numbering plans, which few requests need', () => {
    const faults = bundles.flatMap(({ logicalId, inputs }) =>
      [...inputs]
        .filter((file) => /node_modules\/(pg|ioredis|jose|aws4fetch|libphonenumber-js|stripe|datadog-lambda-js|dd-trace)\//.test(file))
        .map((file) => `${logicalId}: ${file}`),
    );
    expect(faults).toEqual([]);
  });

  test('holds nothing of our own tracer, which mode otlp alone loads, from the layer', () => {
    const faults = bundles.flatMap(({ logicalId, inputs }) =>
      [...inputs].filter((file) => file.startsWith('platform/telemetry/otlp/')).map((file) => `${logicalId}: ${file}`),
    );
    expect(faults).toEqual([]);
  });

  test('holds no texts of docs/problems.md: functions use the types of platform/problem-codes.ts only', () => {
    expect(bundles.filter(({ inputs }) => inputs.has('platform/problem-codes.ts')).map(({ logicalId }) => logicalId)).toEqual([]);
  });

  test('stays within its budget: the default, or an exception that it still needs', () => {
    const faults = bundles.flatMap(({ logicalId, bytes }) => {
      const exception = budget.exceptions[logicalId];
      if (exception !== undefined && bytes * 1.1 <= budget.default)
        return [`${logicalId} has ${bytes} bytes: take it out of bundle-budget.json`];
      const most = exception ?? budget.default;
      if (bytes <= most) return [];
      return [
        `${logicalId} has ${bytes} bytes, ${most} are allowed: take out what it does not need, or say why and allow ${roomFor(bytes)}`,
      ];
    });
    const gone = Object.keys(budget.exceptions).filter((id) => !bundles.some(({ logicalId }) => logicalId === id));
    expect([...faults, ...gone.map((id) => `take ${id} out of bundle-budget.json`)]).toEqual([]);
  });

  /** A tenth of head room, in whole thousands. */
  const roomFor = (bytes: number) => Math.ceil((bytes * 1.1) / 1000) * 1000;
});
