import * as z from 'zod/mini';

const counts = z.strictObject({
  inserted: z.optional(z.int()),
  updated: z.optional(z.int()),
  deleted: z.optional(z.int()),
});
export type Counts = z.infer<typeof counts>;

/** `<name>.expect.json`: the outcome that the event beside it must have. */
export const Expectation = z.strictObject({
  /** The function's name in template.yaml. */
  function: z.string(),
  /** What this shows, as one sentence: the name of its test. */
  shows: z.string().check(z.minLength(10)),
  /** The state before: events by file (`orders/place-order.json`), replayed first, or an SQL statement for a state that only a crash leaves. */
  given: z.optional(z.array(z.union([z.string(), z.strictObject({ sql: z.string() })]))),
  // Of a route:
  status: z.optional(z.int()),
  headers: z.optional(z.record(z.string(), z.string())),
  cookies: z.optional(z.record(z.string(), z.string())),
  body: z.optional(z.unknown()),
  // Of a function behind a schedule or a queue: what it returns, or the message of what it throws.
  result: z.optional(z.unknown()),
  error: z.optional(z.string()),
  /** The number of rows added, changed and deleted, by table: these and no others. The outbox's new rows are in `events`. */
  changes: z.optional(z.record(z.string(), counts)),
  /** Types of the events written to the outbox, in order: these and no others. */
  events: z.optional(z.array(z.string())),
  /** Results of statements afterwards. */
  rows: z.optional(z.array(z.strictObject({ sql: z.string(), are: z.array(z.unknown()) }))),
});
export type Expectation = z.infer<typeof Expectation>;

/** Whether the function succeeds; else it refuses its input, or records of it. */
export const isSuccess = ({ status, result, error }: Expectation): boolean =>
  error === undefined && (status === undefined || status < 400) && failedRecords(result).length === 0;

const failedRecords = (result: unknown): unknown[] => (result as { batchItemFailures?: unknown[] } | undefined)?.batchItemFailures ?? [];
