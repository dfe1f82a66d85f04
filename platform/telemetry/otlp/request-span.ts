import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { SpanStart } from './open-span.ts';

export type HttpEvent = Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>;

/** Of methods that nobody knows a convention has one name, so that a caller cannot make new ones. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'CONNECT', 'TRACE']);

/**
 * The span of a request, as OpenTelemetry's conventions for servers have it. `url.path` is the route's template: paths contain cart ids, which are secrets.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 * @param path the route's template, `$default` where there is no route
 */
export function requestSpan(path: string, { headers, requestContext }: HttpEvent): SpanStart {
  const { method, protocol } = requestContext.http;
  const known = methods.has(method) ? method : '_OTHER';
  const route = path === '$default' ? undefined : path;
  return {
    name: [known === '_OTHER' ? 'HTTP' : known, route].filter(Boolean).join(' '),
    kind: 'server',
    attributes: {
      'http.request.method': known,
      'http.route': route,
      'url.scheme': headers['x-forwarded-proto'] ?? 'https',
      'url.path': route ?? '/',
      'server.address': requestContext.domainName,
      'network.protocol.version': protocol.replace('HTTP/', ''),
      'faas.trigger': 'http',
    },
  };
}
