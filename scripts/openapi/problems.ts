import type { RouteContract } from '#platform/http/contract.ts';
import { problemDocument, statusOf } from '#platform/http/problem-document.ts';
import { type ProblemCode, problems as problemCodes } from '#platform/problem-codes.ts';
import type { Json } from './schemas.ts';

/** Every problem that a route can answer with: its own, and what its level, schemas and the platform bring along. By status, codes in order. */
export function problemsOf({ auth, cacheable, params, body, problems = [] }: RouteContract): Map<number, string[]> {
  const codes: ProblemCode[] = [
    'edge-required',
    'invalid-request',
    'malformed-query',
    'rate-limited',
    'timeout',
    'database-unavailable',
    ...problems,
  ];
  if (params) codes.push('route-not-found'); // a parameter that holds a slash
  if (auth !== 'webhook' && !cacheable) codes.push('unauthenticated');
  if (auth === 'admin') codes.push('admin-only');
  if (body) codes.push('malformed-json', 'body-too-large', 'unsupported-media-type');
  const byStatus = new Map<number, string[]>([[500, ['internal-error']]]);
  for (const code of new Set(codes.sort())) {
    const status = statusOf[problemCodes[code].kind];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

const words: Record<number, string> = {
  400: 'The request is not valid',
  401: 'Not signed in, or not any more',
  403: 'Not allowed',
  404: 'Not there, or not for this caller',
  409: 'At odds with how things stand',
  413: 'The body is too large',
  415: 'The body is not declared as JSON, or it is encoded',
  422: 'Well formed, but against a rule',
  429: 'Too many requests',
  500: 'A fault on our side',
  503: 'A dependency is gone for now; Retry-After says when to ask again',
};

/** A status's answer as a problem document whose `code` is one of these. */
export function problemAnswer(status: number, codes: string[]): Json {
  return {
    description: `${words[status]}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
    headers: {
      'x-request-id': { $ref: '#/components/headers/x-request-id' },
      ...(status === 429 || status === 503 ? { 'retry-after': { $ref: '#/components/headers/retry-after' } } : {}),
    },
    content: {
      'application/problem+json': {
        schema: {
          allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { status: { const: status }, code: { enum: codes } } }],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

/** An example of every problem, for `components.examples`. */
export const problemExamples = (): Record<string, Json> =>
  Object.fromEntries([
    ['internal-error', example(500, 'internal-error')],
    ...Object.entries(problemCodes).map(([code, { kind }]) => [code, example(statusOf[kind], code)] as const),
  ]);

const example = (status: number, code: string): Json => ({
  value: problemDocument(status, code, 'What went wrong, in a sentence for people.', '0af7651916cd43dd8448eb211c80319c'),
});

/** Gives answers that several operations have in common a name, that of their codes, and puts references in their place. */
export function shareAnswers(responses: Record<string, Json>[]): Record<string, Json> {
  const shared: Record<string, Json> = {};
  const seen = new Set<string>();
  const refer = (name: string) => ({ $ref: `#/components/responses/${name}` });
  for (const pass of ['count', 'replace'] as const) {
    for (const own of responses) {
      for (const [status, answer] of Object.entries(own)) {
        const codes = Object.keys(
          (answer.content as { 'application/problem+json'?: { examples: Json } })?.['application/problem+json']?.examples ?? {},
        );
        const name = codes.map(pascal).join('Or');
        const text = JSON.stringify(answer);
        if (codes.length === 0 || Object.keys(answer.content as Json).length > 1) continue;
        if (pass === 'replace' && name in shared) own[status] = refer(name);
        else if (pass === 'count' && seen.has(text)) shared[name] = answer;
        seen.add(text);
      }
    }
  }
  return shared;
}

const pascal = (code: string): string => code.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
