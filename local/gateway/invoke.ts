/**
 * Runs functions in this process from the bundles that the cloud runs, loaded on first use. Code is safe under
 * concurrent invocations (an architecture rule), so one process serves them all.
 */
import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ClientContext, Context } from 'aws-lambda';
import type { LocalFunction } from '../template.ts';

export type Handler = (event: unknown, context: Context) => unknown;

/** The function's time-out or the caller's passed, whichever is shorter. The function itself keeps running: nothing in this process can stop it. */
export class TimedOut extends Error {
  override name = 'TimedOut';
  readonly by: 'function' | 'caller';
  constructor(by: 'function' | 'caller', limitMs: number) {
    super(by === 'function' ? `Task timed out after ${limitMs / 1000} seconds` : `no answer within ${limitMs / 1000} seconds`);
    this.by = by;
  }
}

export interface Invoker {
  /**
   * Calls the function and resolves with its result; rejects with what it threw, or TimedOut.
   * @param callerMs how long the caller waits; default: as long as the function may take
   * @param clientContext what a caller hands over beside the event, as Lambda's Invoke takes it
   */
  invoke(logicalId: string, event: unknown, callerMs?: number, clientContext?: ClientContext): Promise<unknown>;
  /** Reloads these functions at their next call. */
  forget(logicalIds: string[]): void;
  /** From now on asked before each call: whether it begins with a bundle that is loaded afresh, as a new sandbox's. */
  startFresh(when: () => boolean): void;
}

/**
 * Copies the environment into process.env, and returns an invoker for these functions.
 * @param root the repository: the functions' `codeUri` stands below it
 */
export function createInvoker(functions: LocalFunction[], env: Record<string, string>, root: string): Invoker {
  // Node's module cache is keyed by real paths, and `forget` searches it.
  root = realpathSync(root);
  Object.assign(process.env, env);
  const require = createRequire(join(root, 'package.json'));
  const byId = new Map(functions.map((fn) => [fn.logicalId, fn]));
  const handlers = new Map<string, { fn: LocalFunction; handler: Handler }>();

  function load(logicalId: string): { fn: LocalFunction; handler: Handler } {
    const fn = byId.get(logicalId);
    if (fn === undefined) throw new Error(`the template has no function ${logicalId}`);
    const [file = 'index', name = 'handler'] = fn.handler.split('.');
    const exported = require(join(root, fn.codeUri, `${file}.js`)) as Record<string, Handler | undefined>;
    const handler = exported[name];
    if (typeof handler !== 'function') throw new Error(`${fn.codeUri}/${file}.js exports no function ${name}`);
    const loaded = { fn, handler };
    handlers.set(logicalId, loaded);
    return loaded;
  }

  function forget(logicalIds: string[]): void {
    for (const logicalId of logicalIds) {
      handlers.delete(logicalId);
      const codeUri = byId.get(logicalId)?.codeUri;
      const folder = codeUri === undefined ? null : join(root, codeUri, '/');
      for (const [file, module] of Object.entries(require.cache)) {
        if (folder === null || !file.startsWith(folder)) continue;
        delete require.cache[file];
        // Whoever loads a module keeps it among its children: half a megabyte each time that this one is loaded.
        const { children = [] } = module?.parent ?? {};
        if (module && children.includes(module)) children.splice(children.indexOf(module), 1);
      }
    }
  }

  // Bundles read their configuration when they load: those of an earlier gateway in this process have an old one.
  forget([...byId.keys()]);
  let startsFresh = () => false;
  return {
    forget,
    startFresh(when) {
      startsFresh = when;
    },
    async invoke(logicalId, event, callerMs = Number.POSITIVE_INFINITY, clientContext = undefined) {
      if (startsFresh()) forget([logicalId]);
      const { fn, handler } = handlers.get(logicalId) ?? load(logicalId);
      const limitMs = fn.timeoutSeconds * 1000;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        const giveUp = () => reject(callerMs <= limitMs ? new TimedOut('caller', callerMs) : new TimedOut('function', limitMs));
        timer = setTimeout(giveUp, Math.min(limitMs, callerMs));
      });
      try {
        return await Promise.race([handler(event, { ...lambdaContext(fn, limitMs), ...(clientContext && { clientContext }) }), late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function lambdaContext(fn: LocalFunction, limitMs: number): Context {
  const deadline = performance.now() + limitMs;
  return {
    awsRequestId: randomUUID(),
    functionName: fn.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${fn.name}`,
    memoryLimitInMB: String(fn.memory),
    logGroupName: `/aws/lambda/${fn.name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.trunc(deadline - performance.now())),
    done: removed,
    fail: removed,
    succeed: removed,
  };
}

/** The Node 24 runtime no longer supports callbacks. */
const removed = () => {
  throw new TypeError('context.done, fail and succeed are not part of the nodejs24.x runtime');
};
