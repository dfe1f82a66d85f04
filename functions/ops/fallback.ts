// $default: requests that match no route: 404, or 405 with Allow where the path exists for other methods.
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import { fallback } from '#platform/http/fallback.ts';

export const handler = fallback(allRoutes);
