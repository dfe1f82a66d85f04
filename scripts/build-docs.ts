// npm run docs: writes what is generated of docs/: openapi.yaml, routes.md and events.md from the contracts, problems.md from the problem codes,
// observability.md from infra/observability.yaml; finops.md from all templates and the price file; and the code of CloudFront's functions into infra/edge.yaml; and infra/datadog from scripts/datadog/describe.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { datadogFile } from './datadog/write.ts';
import { configurationPage } from './docs/configuration.ts';
import { eventsPage } from './docs/events.ts';
import { finopsPage } from './docs/finops.ts';
import { observabilityPage } from './docs/observability.ts';
import { problemsPage } from './docs/problems.ts';
import { routesPage } from './docs/routes.ts';
import { withEdgeFunctions } from './edge/functions.ts';
import { stageCostsJson } from './finops/stage-costs.ts';
import { root } from './function-files.ts';
import { openapiYaml } from './openapi/yaml.ts';

/** Each page that code writes, and its text made from what it is now. */
export const generatedPages: Record<string, (now: string) => string> = {
  'docs/configuration.md': configurationPage,
  'docs/events.md': eventsPage,
  'docs/finops.md': finopsPage,
  'docs/observability.md': observabilityPage,
  'docs/openapi.yaml': openapiYaml,
  'docs/problems.md': problemsPage,
  'docs/routes.md': routesPage,
  'functions/ops/lib/stage-costs.json': stageCostsJson,
  'infra/datadog/dashboards.json': () => datadogFile('dashboards'),
  'infra/datadog/monitors.json': () => datadogFile('monitors'),
  'infra/datadog/slos.json': () => datadogFile('slos'),
  'infra/edge.yaml': withEdgeFunctions,
};

if (import.meta.main) {
  for (const [file, make] of Object.entries(generatedPages)) {
    const path = join(root, file);
    writeFileSync(path, make(readFileSync(path, 'utf8')));
  }
}
