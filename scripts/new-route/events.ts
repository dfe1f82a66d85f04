import type { RoutePlan } from './plan.ts';

/** An id that the stub takes as it is: that of a seeded order, which many a route will want to name. */
const id = '01a19467-e800-7f04-8a3e-0402358e4c6b';

/** The path with an id in the place of each parameter. */
export const pathWith = ({ path }: RoutePlan, value = id) => path.replace(/\{\w+\}/g, value);

/** The replayable events of a new route: one that it answers and one that it refuses, by file below events/. */
export function events(plan: RoutePlan): Record<string, object> {
  const { method, logicalId, domain, verbNoun, params } = plan;
  const hasBody = method === 'POST' || method === 'PUT';
  const status = method === 'DELETE' ? 204 : method === 'POST' ? 201 : 200;
  const name = `${domain}/${verbNoun}`;
  const refused = (pointer: string) => ({
    status: 400,
    headers: { 'content-type': 'application/problem+json' },
    body: { code: 'invalid-request', errors: [{ pointer }] },
  });
  const good = eventOf(plan, `${domain}-${verbNoun}`, { value: id, body: hasBody ? { name: 'Ada Byron' } : undefined });
  const files = {
    [`${name}.json`]: good,
    [`${name}.expect.json`]: { function: logicalId, shows: `${plan.summary}, and it is answered`, status },
  };
  const [param] = params;
  if (param !== undefined)
    return {
      ...files,
      [`${name}.bad-id.json`]: eventOf(plan, `${domain}-${verbNoun}.bad-id`, {
        value: 'no-uuid',
        body: hasBody ? { name: 'Ada Byron' } : undefined,
      }),
      [`${name}.bad-id.expect.json`]: { function: logicalId, shows: 'An id that is no UUID is refused', ...refused(`/path/${param}`) },
    };
  return {
    ...files,
    [`${name}.unknown-key.json`]: {
      ...eventOf(plan, `${domain}-${verbNoun}.unknown-key`, { value: id, body: hasBody ? { name: 'Ada Byron' } : undefined }),
      rawQueryString: 'colour=red',
    },
    [`${name}.unknown-key.expect.json`]: {
      function: logicalId,
      shows: 'A query that the route does not know is refused',
      ...refused('/query/colour'),
    },
  };
}

function eventOf(plan: RoutePlan, requestId: string, { value, body }: { value: string; body: object | undefined }) {
  const { method, auth, params } = plan;
  const path = pathWith(plan, value);
  return {
    version: '2.0',
    routeKey: `${method} ${plan.path}`,
    rawPath: path,
    rawQueryString: '',
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(auth === 'public' ? {} : { authorization: `Bearer {{token:${auth}}}` }),
    },
    ...(params.length > 0 ? { pathParameters: Object.fromEntries(params.map((name) => [name, value])) } : {}),
    requestContext: { http: { method, path, sourceIp: '203.0.113.10' }, requestId },
    ...(body ? { body: JSON.stringify(body) } : {}),
    isBase64Encoded: false,
  };
}
