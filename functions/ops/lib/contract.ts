import * as z from 'zod/mini';
import { defineRoute } from '#platform/http/contract.ts';
import { Instant, page, paging, Uuid } from '#platform/http/schemas.ts';

const Dependency = z.strictObject({ status: z.enum(['healthy', 'unhealthy']), latencyMs: z.number() });

export const Health = z.strictObject({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  dependencies: z.record(z.string(), Dependency),
  version: z.string(),
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
  /** Kind and id: `product:<id>`, `category:<id>`, `order:<id>`. */
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
