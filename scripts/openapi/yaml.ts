import { stringify } from 'yaml';
import { openapiDocument } from './document.ts';

/** The text of docs/openapi.yaml, which GET /api/openapi.json answers as JSON. */
export const openapiYaml = (): string =>
  `# Made from the contracts by npm run docs: edit those.\n${stringify(openapiDocument(), { aliasDuplicateObjects: false, lineWidth: 140 })}`;
