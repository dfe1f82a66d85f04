/**
 * Which function takes a request, chosen as an HTTP API chooses: a full match of path and method, then path
 * parameters, then a greedy parameter, then $default. Literal segments beat parameters; a route for the method
 * beats one for ANY.
 */
import type { LocalFunction } from '../template.ts';

export interface Target {
  logicalId: string;
  /** `GET /api/products/{id}`, as the event names it. */
  routeKey: string;
}

export interface Match {
  target: Target;
  parameters: Record<string, string> | undefined;
}

interface Branch {
  literals: Map<string, Branch>;
  parameter: Branch | null;
  /** By method. Parameter names are stored per route: two routes may name the same position differently. */
  targets: Map<string, { target: Target; names: string[] }>;
  greedy: Map<string, { target: Target; names: string[] }>;
}

const branch = (): Branch => ({ literals: new Map(), parameter: null, targets: new Map(), greedy: new Map() });

/** Builds the tree of all routes once; the returned function looks up a request in it. Throws when two functions have the same route. */
export function compileRoutes(functions: Pick<LocalFunction, 'logicalId' | 'routes'>[]): (method: string, path: string) => Match | null {
  const root = branch();
  const full = new Map<string, Match>();
  let fallback: Match | null = null;
  for (const { logicalId, routes } of functions) {
    for (const { method, path } of routes) {
      if (path === '$default') fallback = { target: { logicalId, routeKey: '$default' }, parameters: undefined };
      else add(root, full, method, path, { logicalId, routeKey: `${method} ${path}` });
    }
  }
  return (method, path) => full.get(`${method} ${path}`) ?? find(root, method, path.split('/'), 1, []) ?? fallback;
}

function add(root: Branch, full: Map<string, Match>, method: string, path: string, target: Target): void {
  const names: string[] = [];
  let at = root;
  let slot: 'targets' | 'greedy' = 'targets';
  for (const segment of path.split('/').slice(1)) {
    const name = /^\{(.+?)(\+?)\}$/.exec(segment);
    if (name === null) {
      const next = at.literals.get(segment) ?? branch();
      at.literals.set(segment, next);
      at = next;
    } else {
      names.push(name[1] ?? '');
      if (name[2] === '+') slot = 'greedy';
      else at = at.parameter ??= branch();
    }
  }
  if (at[slot].has(method)) throw new Error(`two functions have the route ${target.routeKey}`);
  at[slot].set(method, { target, names });
  if (names.length === 0 && method !== 'ANY') full.set(target.routeKey, { target, parameters: undefined });
}

function find(at: Branch, method: string, segments: string[], index: number, values: string[]): Match | null {
  const segment = segments[index];
  if (segment === undefined) return pick(at.targets, method, values);
  const literal = at.literals.get(segment);
  const byLiteral = literal === undefined ? null : find(literal, method, segments, index + 1, values);
  if (byLiteral !== null) return byLiteral;
  const byParameter =
    at.parameter === null || segment === '' ? null : find(at.parameter, method, segments, index + 1, [...values, segment]);
  if (byParameter !== null) return byParameter;
  return at.greedy.size === 0 || segment === '' ? null : pick(at.greedy, method, [...values, segments.slice(index).join('/')]);
}

function pick(routes: Branch['targets'], method: string, values: string[]): Match | null {
  const found = routes.get(method) ?? routes.get('ANY');
  if (found === undefined) return null;
  const parameters: Record<string, string> = {};
  for (let i = 0; i < found.names.length; i += 1) parameters[found.names[i] as string] = values[i] as string;
  return { target: found.target, parameters: found.names.length === 0 ? undefined : parameters };
}
