import * as z from 'zod/mini';
import { defineRoute } from '#platform/http/contract.ts';

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
});

export const openapiRoute = defineRoute({
  method: 'GET',
  path: '/api/openapi.json',
  auth: 'public',
  summary: 'This description of the API',
  answers: { 200: z.looseObject({ openapi: z.string(), info: z.looseObject({ title: z.string(), version: z.string() }) }) },
  cacheable: true,
});
