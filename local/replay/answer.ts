/** A function's outcome as expectations and placeholders see it: a route's answer taken apart, or what it returned or threw. */
export interface Answer {
  status?: number;
  headers?: Record<string, unknown>;
  cookies?: Record<string, string>;
  body?: unknown;
  result?: unknown;
  error?: string;
}

export type Outcome = { returned: unknown } | { threw: string };

interface Response {
  statusCode: number;
  headers?: Record<string, unknown>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

/** @param isRoute whether API Gateway would read what it returned */
export function answerOf(outcome: Outcome, isRoute: boolean): Answer {
  if ('threw' in outcome) return { error: outcome.threw };
  if (!isRoute) return { result: outcome.returned };
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded } = (outcome.returned ?? {}) as Response;
  const text = isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body;
  const isJson = /[/+]json\b/.test(String(headers['content-type']));
  return {
    status: statusCode,
    headers,
    cookies: Object.fromEntries(cookies.map(nameAndValue)),
    ...(text !== '' && { body: isJson ? JSON.parse(text) : text }),
  };
}

function nameAndValue(cookie: string): [string, string] {
  const pair = cookie.split(';')[0] as string;
  const equals = pair.indexOf('=');
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}
