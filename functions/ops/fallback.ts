// $default: what no route takes: 404, or 405 with Allow where the path is one of another method.
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import { fallback } from '#platform/http/fallback.ts';

export const handler = fallback(allRoutes);
