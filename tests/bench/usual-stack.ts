// What a Lambda function of this kind usually loads, all of it at start: the yardstick of bench:cold. It lists products, as CatalogListProducts does.
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import middy from '@middy/core';
import { Redis } from 'ioredis';
import { jwtVerify } from 'jose';
import pg from 'pg';
import { z } from 'zod';

const logger = new Logger({ serviceName: 'usual' });
const tracer = new Tracer({ serviceName: 'usual', enabled: false });
const metrics = new Metrics({ namespace: 'usual', serviceName: 'usual' });
const redis = process.env.REDIS_URL ? new Redis(process.env.REDIS_URL, { lazyConnect: true }) : undefined;
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
const Query = z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) });

export const handler = middy<{ queryStringParameters?: Record<string, string> }>().handler(async (event) => {
  const { limit } = Query.parse(event.queryStringParameters ?? {});
  if (redis?.status === 'wait') await redis.connect();
  await redis?.get('nothing');
  const { rows } = await pool.query(
    `select p.id, p.slug, p.name, p.description, p.category_id, c.slug as category_slug, c.name as category_name, p.price_amount, p.stock,
            p.image_url, p.tags, p.created_at, p.updated_at
       from products p left join categories c on c.id = p.category_id
      where p.archived_at is null order by p.created_at desc, p.id desc limit $1`,
    [limit],
  );
  metrics.addMetric('requests', 'Count', 1);
  logger.info('request', { traced: tracer.isTracingEnabled(), verifies: typeof jwtVerify });
  metrics.publishStoredMetrics();
  return { statusCode: 200, body: JSON.stringify({ items: rows }) };
});
