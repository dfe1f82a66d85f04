// npm run openapi: docs/openapi.yaml from the contracts. GET /api/openapi.json answers the same.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { root } from './function-files.ts';
import { openapiDocument } from './openapi/document.ts';

/** The text of docs/openapi.yaml. */
export const openapiYaml = (): string =>
  `# Made from the contracts by npm run openapi: edit those.\n${stringify(openapiDocument(), { aliasDuplicateObjects: false, lineWidth: 140 })}`;

if (import.meta.main) {
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(join(root, 'docs/openapi.yaml'), openapiYaml());
}
