import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod/mini';
import { contracts } from '#functions/ops/lib/all-routes.ts';
import type { EventContract } from '#platform/events/contract.ts';
import { root } from '../function-files.ts';
import { consumersOf } from './consumers.ts';
import { table, withGeneratedPart } from './generated-part.ts';

/** An event that a contract declares. */
export interface DeclaredEvent {
  /** How code refers to it: `paymentFailed`, or `orderEvents.paid` for a member of a table of events. */
  name: string;
  domain: string;
  event: EventContract;
}

const isEvent = (value: unknown): value is EventContract =>
  typeof value === 'object' && value !== null && 'type' in value && 'data' in value && 'summary' in value;

const isTable = (value: unknown): value is Record<string, EventContract> =>
  typeof value === 'object' && value !== null && Object.values(value).length > 0 && Object.values(value).every(isEvent);

/** Every event that the domains' contracts declare. */
export const declaredEvents: readonly DeclaredEvent[] = Object.entries(contracts).flatMap(([domain, contract]) =>
  Object.entries(contract as Record<string, unknown>).flatMap(([name, value]) => {
    if (isEvent(value)) return [{ name, domain, event: value }];
    if (isTable(value)) return Object.entries(value).map(([member, event]) => ({ name: `${name}.${member}`, domain, event }));
    return [];
  }),
);

/**
 * The files under functions/ that emit an event: those that hand its declaration to `appendEvent` or `newEvent`, by its name, or where none does, out
 * of its table (`orderEvents[to]`).
 */
export function emittersOf({ name }: DeclaredEvent): string[] {
  const filesWith = (declaration: string) =>
    sources().flatMap(({ file, code }) => (new RegExp(`(appendEvent\\(\\w+, |newEvent\\()${declaration}`).test(code) ? [file] : []));
  const byName = filesWith(`${name.replace('.', '\\.')},`);
  return byName.length > 0 ? byName : filesWith(`${name.split('.')[0]}\\[`);
}

/** Sources of functions without comments; contracts and tests are left out. */
function sources(): { file: string; code: string }[] {
  return readdirSync(join(root, 'functions'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('contract.ts'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(root, 'functions', file), 'utf8');
      return { file: `functions/${file}`, code: text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '') };
    });
}

/** The fields of an event's data; those that may be missing have a question mark. */
const fieldsOf = ({ data }: EventContract): string =>
  Object.entries((data as z.ZodMiniObject).shape)
    .map(([field, schema]) => (schema._zod.optin === 'optional' ? `${field}?` : field))
    .join(', ');

/** docs/events.md as the contracts say it now. */
export const eventsPage = (page: string): string =>
  withGeneratedPart(
    page,
    table(
      ['Type', 'When', 'Data', 'Declared in', 'Emitted by', 'Goes to'],
      declaredEvents.map((declared) => [
        `\`${declared.event.type}\``,
        declared.event.summary,
        fieldsOf(declared.event),
        `\`${declared.name}\` of ${declared.domain}`,
        emittersOf(declared)
          .map((file) => `\`${file}\``)
          .join(', '),
        consumersOf(declared.event.type)
          .map((file) => `\`${file}\``)
          .join(', '),
      ]),
    ),
  );
