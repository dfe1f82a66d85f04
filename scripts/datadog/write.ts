import { createRequire } from 'node:module';
import { dashboards, monitors, slos } from './describe.ts';

/** Datadog's own serializer of its API, version 1: loading it alone takes a third of loading its client. */
const { ObjectSerializer } = createRequire(import.meta.url)(
  '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js',
) as {
  ObjectSerializer: {
    serialize(value: unknown, type: string, format: string): unknown;
    deserialize(value: unknown, type: string, format: string): unknown;
  };
};

/** What the files are called, what is in them, and Datadog's name of its type. */
export const kinds = {
  slos: { described: slos, type: 'ServiceLevelObjectiveRequest' },
  monitors: { described: monitors, type: 'Monitor' },
  dashboards: { described: dashboards, type: 'Dashboard' },
} as const;

/** infra/datadog/<kind>.json, as the API takes it: by asset. */
export function datadogFile(kind: keyof typeof kinds): string {
  const { described, type } = kinds[kind];
  const entries = described.map(({ asset, body }): [string, unknown] => [asset, ObjectSerializer.serialize(body, type, '')]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** Places in a body that Datadog's types do not know: a member, or a value of an enumeration. */
export function unknownTo(kind: keyof typeof kinds, body: unknown): string[] {
  const found: string[] = [];
  const walk = (value: unknown, at: string) => {
    if (value === null || typeof value !== 'object') return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'additionalProperties' && inner !== undefined) found.push(`${at}: ${Object.keys(inner as object).join()}`);
      if (key === '_unparsed' && inner === true) found.push(at);
      walk(inner, `${at}/${key}`);
    }
  };
  walk(ObjectSerializer.deserialize(body, kinds[kind].type, ''), '');
  return found;
}
