/** What a stage deploys: template.yaml, or what mode layer makes of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTemplate } from '#local/template-yaml.ts';
import { root } from '../function-files.ts';
import { type SamTemplate, withCanaries } from './with-canaries.ts';

export const readAppTemplate = (): SamTemplate => parseTemplate(readFileSync(join(root, 'template.yaml'), 'utf8')) as SamTemplate;

/**
 * The text of the app's template for a deploy.
 * @param text template.yaml, or what `sam package` made of it
 * @param parameters of the deploy: with `Instrumentation: layer` all that differ from their defaults must be there, because versions are told apart by them
 * @returns the text itself in every mode but layer
 */
export function appTemplateText(text: string, parameters: Record<string, string>): string {
  if (parameters.Instrumentation !== 'layer') return text;
  return JSON.stringify(withCanaries(parseTemplate(text) as SamTemplate, parameters), null, 1);
}
