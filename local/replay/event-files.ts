/** The replayable events in events/: `<domain>/<name>.json` beside `<name>.expect.json`. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { compileRoutes } from '../gateway/router.ts';
import type { LocalFunction } from '../template.ts';
import { Expectation } from './expectation.ts';

export interface EventFile {
  /** Below events/: `orders/place-order.json`. */
  name: string;
  /** As in the file, placeholders and all. */
  event: unknown;
  expectation: Expectation;
}

const ending = '.expect.json';

/** The names of all events, in order. */
export function eventNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.json') && !name.endsWith(ending))
    .sort();
}

/**
 * The names of those that a path of the command line stands for: a file, a folder, or nothing for all. It may be given from where one
 * stands, from the repository, or from events/.
 */
export function namesAt(folder: string, path: string | undefined): string[] {
  const all = eventNames(folder);
  if (path === undefined) return all;
  const places = [resolve(path), join(folder, '..', path), join(folder, path), join(folder, `${path}.json`)];
  const found = places.find(
    (place) => existsSync(place) && !relative(folder, place).startsWith('..') && !isAbsolute(relative(folder, place)),
  );
  if (found === undefined) throw new Error(`${path}: there is no such event or folder in events/`);
  const name = relative(folder, found).replaceAll('\\', '/').replace(ending, '.json');
  if (statSync(found).isDirectory()) return name === '' ? all : all.filter((each) => each.startsWith(`${name}/`));
  if (!all.includes(name)) throw new Error(`${path}: an event is a .json file in events/<domain>/`);
  return [name];
}

/** Reads an event and its expectation. Throws an Error that names the file and the fault. */
export function readEventFile(folder: string, name: string): EventFile {
  const event = readJson(join(folder, name), `events/${name}`);
  const expected = name.replace(/\.json$/, ending);
  if (!existsSync(join(folder, expected))) throw new Error(`events/${expected} is missing: it says what has to come of events/${name}`);
  const parsed = Expectation.safeParse(readJson(join(folder, expected), `events/${expected}`));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const fault = issue?.code === 'unrecognized_keys' ? `does not know ${issue.keys.join(', ')}` : (issue?.message ?? 'is not valid');
    const where = ['', ...(issue?.path ?? [])].join('/');
    throw new Error(`events/${expected}: ${where === '' ? '' : `${where} `}${fault}`);
  }
  return { name, event, expectation: parsed.data };
}

function readJson(file: string, called: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`${called}: there is no such file`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${called} is not JSON: ${(error as Error).message}`);
  }
}

interface HttpEvent {
  version?: string;
  routeKey?: string;
  rawPath?: string;
  pathParameters?: Record<string, string>;
  requestContext?: { http?: { method?: string; path?: string } };
}

/** Why AWS would never send this event to its function; empty if it could. */
export function faultsOf({ name, event, expectation }: EventFile, functions: Pick<LocalFunction, 'logicalId' | 'routes'>[]): string[] {
  const fn = functions.find(({ logicalId }) => logicalId === expectation.function);
  if (fn === undefined) return [`events/${name}: template.yaml has no function ${expectation.function}`];
  const outcomes = (['status', 'result', 'error'] as const).filter((key) => expectation[key] !== undefined);
  if (outcomes.length !== 1) return [`events/${name}: its expectation must have one of status, result and error`];
  if (fn.routes.length === 0) return [];
  if (expectation.status === undefined) return [`events/${name}: the expectation of a route has a status`];
  const { version, routeKey, rawPath, pathParameters, requestContext: { http: { method, path } = {} } = {} } = event as HttpEvent;
  if (version !== '2.0' || rawPath === undefined || method === undefined || path !== rawPath)
    return [`events/${name}: a route's event has version 2.0, a rawPath, and method and path in requestContext.http`];
  const found = compileRoutes(functions)(method, rawPath.replaceAll(/\{\{.*?\}\}/g, 'filled-in'));
  if (found?.target.logicalId !== fn.logicalId) return [`events/${name}: ${method} ${rawPath} is a route of ${found?.target.logicalId}`];
  if (found.target.routeKey !== routeKey) return [`events/${name}: its routeKey is ${found.target.routeKey}`];
  const missing = Object.keys(found.parameters ?? {}).filter((key) => pathParameters?.[key] === undefined);
  return missing.map((key) => `events/${name}: pathParameters has no ${key}`);
}
