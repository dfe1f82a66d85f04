import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** A trigger file and what the build and the template call it. */
export interface FunctionFile {
  /** `functions/<domain>/<verb-noun>.ts`, from the repository's root. */
  file: string;
  domain: string;
  verbNoun: string;
  /** Resource name in template.yaml and folder in dist/: `CatalogListProducts`. */
  logicalId: string;
}

const pascal = (kebab: string) => kebab.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter: string) => letter.toUpperCase());

/** Every file directly in `functions/<domain>/`: each is one Lambda function. */
export function functionFiles(): FunctionFile[] {
  const functions = join(root, 'functions');
  return readdirSync(functions, { withFileTypes: true })
    .filter((domain) => domain.isDirectory())
    .flatMap((domain) =>
      readdirSync(join(functions, domain.name), { withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map((entry) => {
          const verbNoun = entry.name.slice(0, -'.ts'.length);
          const file = relative(root, join(functions, domain.name, entry.name));
          return { file, domain: domain.name, verbNoun, logicalId: pascal(`${domain.name}-${verbNoun}`) };
        }),
    )
    .sort((a, b) => a.logicalId.localeCompare(b.logicalId));
}
