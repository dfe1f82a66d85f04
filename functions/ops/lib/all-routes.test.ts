import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import { Problem } from '#platform/errors.ts';
import { check } from '#platform/http/parse.ts';
import { examplesOf } from '#tests/support/examples.ts';
import { allRoutes } from './all-routes.ts';

type Kind = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'null';
const kindOf = (value: unknown): Kind => (value === null ? 'null' : Array.isArray(value) ? 'array' : (typeof value as Kind));
/** One value of each kind of JSON. */
const values: unknown[] = ['text', 5, true, [], {}, null];
/** What is said of a value of another kind: a string's schema may be more precise. */
const wanted: Record<Kind, RegExp> = {
  string: /^must be (a|an|one of) /,
  number: /^must be a (whole )?number$/,
  boolean: /^must be true or false$/,
  array: /^must be an array$/,
  object: /^must be an object$/,
  null: /^$/,
};

interface Place {
  pointer: string;
  value: unknown;
  /** The whole value with another one here; `undefined` leaves the member out. */
  with(other: unknown): unknown;
}

function placesOf(value: unknown, pointer = '', rebuild: (other: unknown) => unknown = (other) => other): Place[] {
  const here: Place = { pointer, value, with: rebuild };
  if (typeof value !== 'object' || value === null) return [here];
  const inside = Object.entries(value).flatMap(([key, member]) =>
    placesOf(member, `${pointer}/${key}`, (other) => {
      if (Array.isArray(value)) return rebuild(value.with(Number(key), other));
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      return rebuild(other === undefined ? rest : { ...rest, [key]: other });
    }),
  );
  return [here, ...inside];
}

function errorsOf(schema: z.ZodMiniType, value: unknown): { pointer: string; message: string }[] {
  try {
    check(schema, value, '');
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.extra.errors as { pointer: string; message: string }[];
    throw error;
  }
}

const schemas = allRoutes.flatMap(({ method, path, body, query, params }) =>
  Object.entries({ body, query, params }).flatMap(([part, schema]) => (schema ? [[`${method} ${path}`, part, schema] as const] : [])),
);

describe('what a route says of its', () => {
  it.each(schemas)('%s: %s, a value of another kind is called that, with the kind that is wanted', (_, part, schema) => {
    const tried = examplesOf(schema).flatMap((example) =>
      placesOf(example).flatMap((place) =>
        values
          // A query and a path hold text only.
          .filter((value) => kindOf(value) !== kindOf(place.value) && (part === 'body' || kindOf(place.value) !== 'object'))
          .flatMap((value) => {
            const errors = errorsOf(schema, place.with(value));
            if (errors.length === 0) return []; // null, where it is allowed
            const said = errors.filter(({ pointer }) => pointer === place.pointer).map(({ message }) => message);
            const kind = kindOf(place.value);
            return [{ at: place.pointer, sent: JSON.stringify(value), said, right: said.length === 1 && wanted[kind].test(said[0] ?? '') }];
          }),
      ),
    );
    expect(tried.length).toBeGreaterThan(0);
    expect(tried.filter(({ right }) => !right)).toEqual([]);
  });

  it.each(schemas)('%s: %s, "is required" is said of what is not there, and of that alone', (_, _part, schema) => {
    for (const example of examplesOf(schema)) {
      for (const place of placesOf(example).filter(({ pointer }) => pointer !== '' && !/\/\d+$/.test(pointer))) {
        const errors = errorsOf(schema, place.with(undefined));
        // Of two that exclude each other the rule is the whole's: `must have either …`.
        const said = errors.filter(({ pointer }) => pointer === place.pointer || pointer !== '');
        if (said.length > 0)
          expect(said).toEqual([
            { pointer: place.pointer, message: expect.stringMatching(/^is required( in this country| for text messages)?$/) },
          ]);
      }
    }
  });
});
