// GET /api/openapi.json: the description of this API.
import { openapiRoute } from '#functions/ops/lib/contract.ts';
import type { JsonText } from '#platform/http/contract.ts';
import { route } from '#platform/http/route.ts';
import document from '../../docs/openapi.yaml';

// JSON text already: the build turned the YAML into it, so the function loads neither the schemas nor a parser.
export const handler = route(openapiRoute, async () => ({ status: 200, body: document as JsonText }));
