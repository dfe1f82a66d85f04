/** The file that `sam deploy --template-file` takes for a stage: template.yaml, or what mode layer makes of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '#local/template-values.ts';
import { parseTemplate } from '#local/template-yaml.ts';
import { root } from '../function-files.ts';
import { type SamTemplate, withCanaries } from './with-canaries.ts';

export const readAppTemplate = (): SamTemplate => parseTemplate(readFileSync(join(root, 'template.yaml'), 'utf8')) as SamTemplate;

/**
 * @param parameters those of the deploy. With `Instrumentation: layer` all that differ from their defaults must be there: versions are told apart by them
 * @returns the template's path
 */
export function writeAppTemplate(parameters: Record<string, string>): string {
  if (parameters.Instrumentation !== 'layer') return join(root, 'template.yaml');
  const template = withAbsolutePaths(withCanaries(readAppTemplate(), parameters));
  const file = join(root, 'dist', `template.layer.${parameters.Stage}.json`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(file, JSON.stringify(template, null, 1));
  return file;
}

/**
 * The same over a template's text, such as what `sam package` made of template.yaml.
 * @returns the text itself in every mode but layer
 */
export function appTemplateText(text: string, parameters: Record<string, string>): string {
  if (parameters.Instrumentation !== 'layer') return text;
  return JSON.stringify(withCanaries(parseTemplate(text) as SamTemplate, parameters), null, 1);
}

/** SAM takes paths from where the template is. */
function withAbsolutePaths(template: SamTemplate): SamTemplate {
  const absolute = (properties: Tree = {}) =>
    Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, /^(Code|Content)Uri$/.test(name) ? join(root, String(value)) : value]),
    );
  const entries = Object.entries(template.Resources).map(([id, resource]) => [
    id,
    { ...resource, Properties: absolute(resource.Properties) },
  ]);
  return { ...template, Resources: Object.fromEntries(entries) };
}
