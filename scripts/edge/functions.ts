/** CloudFront Functions: their sources in infra/edge, and the copies in infra/edge.yaml, where CloudFormation wants them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pagePattern } from '../../web/app/page-paths.ts';
import { root } from '../function-files.ts';

/** By resource of the template: the file, and what its names in capitals stand for. */
const functions: Record<string, { file: string; values: Record<string, string> }> = {
  Pages: { file: 'pages.js', values: { PAGE_PATTERN: String(pagePattern) } },
  PageStatus: { file: 'page-status.js', values: {} },
  Viewer: { file: 'viewer.js', values: { TELLS_PLACE: 'true' } },
  ViewerOfSharedReads: { file: 'viewer.js', values: { TELLS_PLACE: 'false' } },
};

/** The code of a function as it is deployed. */
export function edgeFunctionCode(id: string): string {
  const { file, values } = functions[id] as (typeof functions)[string];
  let code = readFileSync(join(root, 'infra/edge', file), 'utf8');
  for (const [name, value] of Object.entries(values)) code = code.replace(` = ${name};`, () => ` = ${value};`);
  return code;
}

/** infra/edge.yaml with its functions' code as it is now. */
export function withEdgeFunctions(template: string): string {
  return Object.keys(functions).reduce((text, id) => {
    const indented = edgeFunctionCode(id).replace(/^(?=.)/gm, ' '.repeat(8));
    const block = new RegExp(`(\\n  ${id}:\\n(?:    .*\\n)*?      FunctionCode: \\|\\n)(?:(?: {8}.*)?\\n)*`);
    if (!block.test(text)) throw new Error(`infra/edge.yaml has no function ${id} with a FunctionCode: |`);
    return text.replace(block, (_, head: string) => `${head}${indented}\n`);
  }, template);
}
