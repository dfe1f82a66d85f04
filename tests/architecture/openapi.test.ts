import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import { openapiYaml } from '../../scripts/openapi/yaml.ts';

type Json = { [key: string]: unknown };
type Parameter = { name: string; in: string; schema: Json; example?: unknown };
type Content = Record<string, { schema: Json; example?: unknown; examples?: Record<string, { $ref: string }> }>;
interface Described {
  operationId: string;
  tags: string[];
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { $ref?: string; content?: Content }>;
}
interface Document {
  paths: Record<string, Record<string, Described>>;
  components: Record<string, Record<string, Json>>;
}

const text = openapiYaml();
const document = parse(text) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

/** What a reference points to. */
function at(reference: string): unknown {
  const found = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Json | undefined)?.[key], document);
  if (found === undefined) throw new Error(`${reference} points to nothing`);
  return found;
}

/** Every member named `key` anywhere in the document. */
function membersNamed(key: string, value: unknown = document): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [...(name === key ? [member] : []), ...membersNamed(key, member)]);
}

/** A zod schema of the JSON Schema itself: it knows nothing of the contract that the JSON Schema was made from. */
function schemaOf(schema: Json): z.ZodType {
  const local = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll('"#/components/schemas/', '"#/$defs/'));
  return z.fromJSONSchema({ ...local(schema), $defs: local(document.components.schemas) });
}

test('every route of the contracts is described, under a name of its own', () => {
  expect(operations.map(({ name }) => name).sort()).toEqual(
    allRoutes.flatMap(({ method, path, head }) => [`${method} ${path}`, ...(head ? [`HEAD ${path}`] : [])]).sort(),
  );
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every reference points to something, and every shared part is used', () => {
  const references = new Set(membersNamed('$ref') as string[]);
  for (const reference of references) expect(at(reference)).toBeDefined();
  const parts = ['schemas', 'responses'].flatMap((kind) =>
    Object.keys(document.components[kind] ?? {}).map((name) => `#/components/${kind}/${name}`),
  );
  expect(parts.filter((part) => !references.has(part))).toEqual([]);
});

test('every pattern is one that other languages understand: no flags, valid in Unicode mode', () => {
  const patterns = membersNamed('pattern').filter((pattern): pattern is string => typeof pattern === 'string');
  expect(patterns.length).toBeGreaterThan(10);
  for (const pattern of patterns) expect(() => new RegExp(pattern, 'u'), pattern).not.toThrow();
});

describe.each(operations)('$name', ({ operation }) => {
  const contents = (content: Content | undefined) => Object.values(content ?? {});
  const answers = Object.entries(operation.responses).map(
    ([status, answer]) => [status, (answer.$ref ? at(answer.$ref) : answer) as { content?: Content }] as const,
  );

  test('has examples that are valid by its own JSON Schema', () => {
    const examples = [
      ...(operation.parameters ?? []).filter(({ example }) => example !== undefined),
      ...contents(operation.requestBody?.content),
      ...answers.flatMap(([, { content }]) => contents(content)).filter(({ example }) => example !== undefined),
    ];
    if (operation.requestBody) expect(contents(operation.requestBody.content)[0]?.example).toBeDefined();
    for (const { schema, example } of examples) expect(schemaOf(schema).safeParse(example).error?.issues ?? []).toEqual([]);
  });

  test('has an example for every problem, valid by its JSON Schema', () => {
    for (const [status, { content }] of answers) {
      const problem = content?.['application/problem+json'];
      if (!problem) continue;
      for (const { $ref } of Object.values(problem.examples ?? {})) {
        const { value } = at($ref) as { value: { status: number } };
        expect(value.status).toBe(Number(status));
        expect(schemaOf(problem.schema).safeParse(value).error?.issues ?? []).toEqual([]);
      }
    }
  });
});
