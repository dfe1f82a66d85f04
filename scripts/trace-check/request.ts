import { randomUUID } from 'node:crypto';

/** A request. */
export interface Call {
  method?: string;
  path: string;
  query?: string;
  parameters?: Record<string, string>;
  body?: object;
  headers: Record<string, string>;
}

/** The event that API Gateway makes of a request. */
export function requestEvent({ method = 'GET', path, query = '', parameters, body, headers }: Call): object {
  const template = Object.entries(parameters ?? {}).reduce((route, [name, value]) => route.replace(value, `{${name}}`), path);
  const routeKey = `${method} ${template}`;
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'api.example.com', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(query ? { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) } : {}),
    ...(parameters ? { pathParameters: parameters } : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'trace-check' },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: '20/Nov/2026:21:15:00 +0000',
      timeEpoch: Date.now(),
    },
    isBase64Encoded: false,
    ...(body ? { body: JSON.stringify(body) } : {}),
  };
}
