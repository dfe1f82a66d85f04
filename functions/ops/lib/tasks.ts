import * as z from 'zod/mini';
import { mostTold } from './restore-order.ts';

const none = z.optional(z.strictObject({}));

/** What `npm run task` asks for. */
export const TaskCall = z.discriminatedUnion('task', [
  z.strictObject({ task: z.literal('status'), input: none }),
  z.strictObject({ task: z.literal('roles'), input: none }),
  z.strictObject({
    task: z.literal('create-admin'),
    input: z.strictObject({
      email: z.string(),
      name: z._default(z.string(), 'Admin'),
      promote: z._default(z.boolean(), false),
      /** Never logged and never kept: what is kept is its hash. */
      password: z._default(z.string(), ''),
    }),
  }),
  z.strictObject({ task: z.literal('seed'), input: z._default(z.strictObject({ past: z._default(z.boolean(), false) }), { past: false }) }),
  z.strictObject({
    task: z.literal('after-restore'),
    input: z.strictObject({
      /** Without it only `told` is noted: the calls before the last, where one does not carry all. */
      to: z.optional(z.iso.datetime({ offset: true })),
      /** Ids of events, out of log lines: the lines themselves stay where they were read. */
      told: z._default(z.array(z.string().check(z.maxLength(64))).check(z.maxLength(mostTold)), []),
      hours: z._default(z.number(), 1),
    }),
  }),
]);
export type TaskCall = z.infer<typeof TaskCall>;
export const taskNames = ['status', 'roles', 'create-admin', 'seed', 'after-restore'] as const;

export interface TaskAnswer {
  /** `refused`: nothing was changed, and `said` tells why. */
  outcome: 'done' | 'refused';
  /** A sentence for the person who asked. */
  said: string;
  status?: DatabaseStatus;
}

export interface DatabaseStatus {
  /** The newest migration that the database has. */
  schemaVersion: string | null;
  sizeBytes: number;
  maxConnections: number;
  /** How many each role has, and may have (-1: as many as there are). */
  connections: { role: string; open: number; limit: number; canLogin: boolean }[];
}
