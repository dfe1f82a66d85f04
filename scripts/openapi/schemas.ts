import * as z from 'zod/mini';
import { contracts } from '#functions/ops/lib/all-routes.ts';
import { Country, Email, Instant, PostalCode, ProblemDocument, Uuid } from '#platform/http/schemas.ts';
import { Currency, Money } from '#platform/money.ts';
import { operations, pascal } from './operations.ts';

export type Json = { [key: string]: unknown };

const shared = { Uuid, Instant, Email, Country, PostalCode, Currency, Money, Problem: ProblemDocument };

/** The name of every schema that has one: those that contracts export, and one for each body, query and answer that is not among them. */
export const nameOf: ReadonlyMap<z.ZodMiniType, string> = nameSchemas();

/** Every named schema as JSON Schema, references for whatever has a name of its own. */
export function jsonSchemas(): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of nameOf) registry.add(schema, { id });
  // What a client sends, and what goes over the wire, are values before parsing.
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}`, override });
  return Object.fromEntries(Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema as Json]));
}

function nameSchemas(): Map<z.ZodMiniType, string> {
  const names = new Map<z.ZodMiniType, string>();
  const add = (schema: unknown, name: string) => {
    if (schema instanceof z.ZodMiniType && schema._zod.def.type !== 'custom' && !names.has(schema)) names.set(schema, name);
  };
  for (const [name, schema] of Object.entries(shared)) add(schema, name);
  for (const contract of Object.values(contracts))
    for (const [name, value] of Object.entries(contract).sort(([a], [b]) => (a < b ? -1 : 1))) add(value, name);
  for (const { id, route } of operations) {
    add(route.params, `${pascal(id)}Path`);
    add(route.query, `${pascal(id)}Query`);
    add(route.body, `${pascal(id)}Body`);
    for (const answer of Object.values(route.answers)) add(answer, `${pascal(id)}Answer`);
  }
  return names;
}

/** Says in JSON Schema what zod checks by code. */
function override({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Json }): void {
  const { def } = zodSchema._zod;
  if (def.type === 'pipe') valueFromText(def.out, jsonSchema);
  // A plain z.int(): its bounds are those of exact integers in JSON, which say nothing.
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER && jsonSchema.maximum === Number.MAX_SAFE_INTEGER) {
    delete jsonSchema.minimum;
    delete jsonSchema.maximum;
  }
  if (def === Country._zod.def) Object.assign(jsonSchema, { enum: countries(), description: 'ISO 3166-1 alpha-2' });
  else for (const check of def.checks ?? []) refine(check, jsonSchema);
}

/** A refinement says what it is in JSON Schema by `params.jsonSchema`; where there is no such thing, its message is the documentation. */
function refine(check: z.core.$ZodCheck, jsonSchema: Json): void {
  const {
    check: kind,
    params,
    error,
  } = check._zod.def as { check: string; params?: { jsonSchema?: Json }; error?: (issue: object) => string };
  if (kind !== 'custom') return;
  if (params?.jsonSchema) Object.assign(jsonSchema, params.jsonSchema);
  else jsonSchema.description = `Also checked: ${error?.({})}.`;
}

/** A query's number or switch arrives as text, but its plain form is that of JSON: what follows the text's pattern counts. */
function valueFromText(out: z.core.$ZodType, jsonSchema: Json): void {
  const { type, minimum, maximum } = z.toJSONSchema(out, { io: 'output' });
  if (type !== 'integer' && type !== 'boolean') return;
  delete jsonSchema.pattern;
  delete jsonSchema.enum;
  Object.assign(jsonSchema, type === 'boolean' ? { type } : { type, minimum, maximum });
}

function countries(): string[] {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => Country.safeParse(code).success);
}
