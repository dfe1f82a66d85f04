/** For tests: a repository of hand-written bundles in a temporary folder, and the functions that a template would name. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LocalFunction } from '#local/template.ts';

export interface Fixture {
  root: string;
  functions: LocalFunction[];
  /** Adds a function whose handler is this source, an arrow function of (event, context). */
  add(logicalId: string, source: string, fn?: Partial<LocalFunction>): void;
  write(file: string, text: string | Buffer): void;
  remove(): void;
}

export function fixture(): Fixture {
  const root = mkdtempSync(join(tmpdir(), 'kelvo-gateway-'));
  const functions: LocalFunction[] = [];
  const write = (file: string, text: string | Buffer) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  write('dist/package.json', '{"type":"commonjs"}');
  return {
    root,
    functions,
    write,
    add(logicalId, source, fn = {}) {
      write(`dist/${logicalId}/index.js`, `exports.handler = ${source};`);
      const path = `/api/${logicalId.toLowerCase()}`;
      functions.push({
        logicalId,
        name: `rumshop-test-${logicalId.toLowerCase()}-local`,
        codeUri: `dist/${logicalId}`,
        handler: 'index.handler',
        timeoutSeconds: 10,
        memory: 256,
        environment: {},
        routes: [{ method: 'ANY', path }],
        schedules: [],
        ...fn,
      });
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
