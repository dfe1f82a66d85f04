import * as z from 'zod/mini';
import { defineRoute } from '#platform/http/contract.ts';
import { digits, eitherOf, Instant, page, paging, Uuid } from '#platform/http/schemas.ts';
import { Money } from '#platform/money.ts';

const Dependency = z.strictObject({ status: z.enum(['healthy', 'unhealthy']), latencyMs: z.number() });

export const Health = z.strictObject({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  dependencies: z.record(z.string(), Dependency),
  version: z.string(),
  /** Newest migration that this release is for. */
  schemaVersion: z.nullable(z.string()),
});
export type Health = z.infer<typeof Health>;

export const healthRoute = defineRoute({
  method: 'GET',
  path: '/api/health',
  auth: 'public',
  summary: 'How the shop and each of its dependencies are; 503 when it cannot serve',
  answers: { 200: Health, 503: Health },
  head: true,
});

export const openapiRoute = defineRoute({
  method: 'GET',
  path: '/api/openapi.json',
  auth: 'public',
  summary: 'This description of the API',
  answers: { 200: z.looseObject({ openapi: z.string(), info: z.looseObject({ title: z.string(), version: z.string() }) }) },
  cacheable: true,
});

/** A change that an admin made: the thing's state before and after, null where it did not exist. */
export const AuditEntry = z.strictObject({
  id: Uuid,
  actorId: Uuid,
  action: z.string(),
  /** Kind and id: `product:<id>`, `category:<id>`, `order:<id>`, `queue:<name>`, `address:<mail address>`. */
  subject: z.string(),
  detail: z.strictObject({ before: z.nullable(z.looseObject({})), after: z.nullable(z.looseObject({})) }),
  at: Instant,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const listAuditLogRoute = defineRoute({
  method: 'GET',
  path: '/api/admin/audit-log',
  auth: 'admin',
  summary: 'List what admins changed, newest first; of one thing with subject',
  query: z.strictObject({ subject: z.optional(z.string().check(z.maxLength(200))), ...paging }),
  answers: { 200: page(AuditEntry) },
  problems: ['invalid-cursor'],
});

const QueueName = z.string().check(z.regex(/^[a-z0-9-]{1,60}$/, 'must be the name of a queue, such as notify-people'));

/** A message that its consumer could not handle. */
export const DeadLetter = z.strictObject({
  /** The message's: until it is redriven, which makes a new message of it. */
  id: Uuid,
  queue: z.string(),
  /** Null where the message is no event. */
  event: z.nullable(
    z.strictObject({ id: z.string(), type: z.string(), subject: z.string(), time: Instant, traceId: z.nullable(z.string()) }),
  ),
  /** The last error; null where its consumer noted none. */
  reason: z.nullable(z.string()),
  failedAt: Instant,
  /** How often it was tried, redriven or not; null where nobody knows. */
  tries: z.nullable(z.int()),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

export const listDeadLettersRoute = defineRoute({
  method: 'GET',
  path: '/api/admin/dead-letters',
  auth: 'admin',
  summary: 'List the messages that consumers could not handle, the last that failed first; of one queue with queue',
  query: z.strictObject({ queue: z.optional(QueueName), ...paging }),
  answers: {
    200: z.strictObject({
      items: z.array(DeadLetter),
      nextCursor: z.nullable(z.string()),
      /** How many there are, about: of a queue with more than 1,000, a list shows 1,000. */
      queues: z.array(z.strictObject({ queue: z.string(), messages: z.int() })),
    }),
  },
  problems: ['invalid-cursor', 'queue-not-found', 'queues-unavailable'],
});

export const redriveDeadLettersRoute = defineRoute({
  method: 'POST',
  path: '/api/admin/dead-letters/redrive',
  auth: 'admin',
  summary: 'Send dead letters back to the queues they died in: those with these ids, or all of a queue',
  body: z
    .strictObject({
      ids: z.optional(z.array(Uuid).check(z.minLength(1, 'must name at least one'), z.maxLength(100, 'may name at most 100'))),
      queue: z.optional(QueueName),
    })
    .check(eitherOf('ids', 'queue')),
  answers: {
    200: z.strictObject({
      redriven: z.int(),
      /** Of the ids: those that are not there any more, and those whose consumer reads a stream, to which nothing can be sent back. */
      notRedriven: z.array(z.strictObject({ id: Uuid, reason: z.enum(['not-found', 'reads-a-stream']) })),
      /** Whether time was over before all were seen: the same request goes on. */
      more: z.boolean(),
    }),
  },
  problems: ['queue-not-found', 'dead-letter-not-found', 'queues-unavailable'],
});

/** A month's costs. Savings are below zero where the right size, for so many requests, is a larger one. */
const Monthly = z.strictObject({
  deployed: Money,
  ideal: Money,
  savings: z.strictObject({ amount: z.int(), currency: z.literal('USD') }),
});

export const getFinopsRoute = defineRoute({
  method: 'GET',
  path: '/api/admin/finops',
  auth: 'admin',
  summary: 'What the stage costs a month beside what it would cost right-sized, by resource, at so many requests of the API a month',
  query: z.strictObject({ requests: z._default(digits(0, 1_000_000_000), 1_000_000) }),
  answers: {
    200: z.strictObject({
      /** The day of the price list. */
      asOf: z.iso.date(),
      items: z.array(
        z.strictObject({
          resource: z.string(),
          /** What it is, and what it would be. */
          deployed: z.string(),
          ideal: z.string(),
          monthly: Monthly,
        }),
      ),
      total: Monthly,
    }),
  },
});
