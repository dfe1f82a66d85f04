import type { RouteContract } from '#platform/http/contract.ts';
import { exampleOf, neededExampleOf } from '../openapi/examples.ts';
import { type Operation, operations } from '../openapi/operations.ts';
import { withGeneratedPart } from './generated-part.ts';

const callers: Record<RouteContract['auth'], string> = {
  public: 'anybody',
  shopper: 'who is signed in',
  admin: 'an admin',
  webhook: 'the payment provider',
};

/** The headers that a route needs, as a shell would fill them in. */
function headersOf({ auth, body, credential, idempotent }: RouteContract): string[] {
  return [
    ...(body ? ['content-type: application/json'] : []),
    ...(idempotent ? ['idempotency-key: $(uuidgen)'] : []),
    ...(auth === 'shopper' || auth === 'admin' ? ['authorization: Bearer $ACCESS_TOKEN'] : []),
    ...(auth === 'webhook' ? ['stripe-signature: t=$TIME,v1=$SIGNATURE'] : []),
    ...(credential === 'order-token' ? ['x-order-token: $ORDER_TOKEN'] : []),
    ...(credential === 'refresh-cookie' ? ['cookie: $REFRESH_COOKIE', 'sec-fetch-site: same-origin'] : []),
  ];
}

function curlOf(route: RouteContract): string {
  const { method, params, query, body } = route;
  const values = params ? (exampleOf(params) as Record<string, string>) : {};
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const search = Object.entries(query ? neededExampleOf(query) : {}).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  const text = body ? JSON.stringify(exampleOf(body), null, 2) : undefined;
  return [
    `curl ${method === 'GET' ? '' : `--request ${method} `}"$BASE${path}${search.length > 0 ? `?${search.join('&')}` : ''}"`,
    ...headersOf(route).map((header) => `--header "${header}"`),
    ...(text === undefined ? [] : [`--data '${text.replaceAll("'", `'\\''`)}'`]),
  ].join(' \\\n  ');
}

const section = ({ route }: Operation): string =>
  `### \`${route.method} ${route.path}\`\n\n${route.summary}. For ${callers[route.auth]}.\n\n\`\`\`sh\n${curlOf(route)}\n\`\`\``;

/** docs/routes.md as the contracts say it now. */
export const routesPage = (page: string): string =>
  withGeneratedPart(
    page,
    operations
      .flatMap((operation, i) => [
        ...(operations[i - 1]?.domain === operation.domain ? [] : [`## ${operation.domain}`]),
        section(operation),
      ])
      .join('\n\n'),
  );
