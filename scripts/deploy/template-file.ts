/** A template as deploying needs it: its text, and what goes in and comes out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTemplate } from '#local/template-yaml.ts';
import { root } from '../function-files.ts';

export interface TemplateParameter {
  Type: string;
  Default?: string | number;
  AllowedValues?: (string | number)[];
  AllowedPattern?: string;
  MinValue?: number;
  MaxValue?: number;
  MinLength?: number;
  MaxLength?: number;
  NoEcho?: boolean;
  Description?: string;
  ConstraintDescription?: string;
}

export interface TemplateFile {
  /** From the repository's root. */
  file: string;
  text: string;
  parameters: Record<string, TemplateParameter>;
  /** Names of its outputs. */
  outputs: string[];
  /** How many resources it lists, before a transform. */
  resources: number;
}

/** Reads a template's text. @throws Error that names the file, where it is no template */
export function readTemplateText(file: string, text: string): TemplateFile {
  const {
    Parameters = {},
    Outputs = {},
    Resources = {},
  } = parseTemplate(text) as {
    Parameters?: Record<string, TemplateParameter>;
    Outputs?: Record<string, unknown>;
    Resources?: Record<string, unknown>;
  };
  return { file, text, parameters: Parameters, outputs: Object.keys(Outputs), resources: Object.keys(Resources).length };
}

export const readTemplate = (file: string, folder = root): TemplateFile => readTemplateText(file, readFileSync(join(folder, file), 'utf8'));

/** What CloudFormation builds of a template: without comments, order of keys, and texts for people, whose change alone it refuses as none. */
function meaningOf(text: string): string {
  const { Description: _, Metadata: __, ...template } = parseTemplate(text) as Record<string, Record<string, object>>;
  const plain = (entries: Record<string, object> = {}) =>
    Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [name, { ...entry, Description: undefined, ConstraintDescription: undefined }]),
    );
  return JSON.stringify({ ...template, Parameters: plain(template.Parameters), Outputs: plain(template.Outputs) }, (_key, value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Whether two templates make the same stack. */
export const isSameTemplate = (a: string, b: string): boolean => a.trim() === b.trim() || meaningOf(a) === meaningOf(b);
