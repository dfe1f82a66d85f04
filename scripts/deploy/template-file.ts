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
