/** For tests: a repository of hand-written bundles in a temporary folder, and the functions that a template would name. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { localSecrets } from '#local/secrets.ts';
import type { LocalFunction } from '#local/template.ts';
import { localParameters, localVariables, readLocalStack } from '#local/values.ts';

export interface Fixture {
  root: string;
  functions: LocalFunction[];
  /**
   * Writes a template.yaml that names the functions added so far and sets the variables that the real one does.
   * @param more other resources; one of a function's name adds to its events
   */
  writeTemplate(more?: Record<string, { Type?: string; Properties?: object; Events?: object }>): void;
  /** Adds a function whose handler is this source, an arrow function of (event, context). */
  add(logicalId: string, source: string, fn?: Partial<LocalFunction>): void;
  write(file: string, text: string | Buffer): void;
  remove(): void;
}

export function fixture(): Fixture {
  const root = mkdtempSync(join(tmpdir(), 'kelvo-gateway-'));
  // When root runs the tests, PostgreSQL runs as another user, who has to enter the folder.
  chmodSync(root, 0o755);
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
    writeTemplate(more = {}) {
      const secrets = localSecrets(join(root, '.local'));
      const local = localVariables({ databaseUrl: 'postgresql://127.0.0.1/kelvo', redisUrl: null, gatewayPort: 0, secrets });
      const { env } = readLocalStack(join(import.meta.dirname, '../../template.yaml'), local, {});
      const Parameters = Object.fromEntries(Object.keys(localParameters).map((name) => [name, { Type: 'String' }]));
      const Resources: Record<string, { Type: string; Properties: object }> = Object.fromEntries(
        functions.map(({ logicalId, codeUri, routes, schedules }) => {
          const http = routes.map(({ method, path }, i) => [`Http${i}`, { Type: 'HttpApi', Properties: { Method: method, Path: path } }]);
          const timed = schedules.map(({ expression }, i) => [
            `Tick${i}`,
            { Type: 'ScheduleV2', Properties: { ScheduleExpression: expression } },
          ]);
          const Events = { ...Object.fromEntries([...http, ...timed]), ...more[logicalId]?.Events };
          const Properties = { CodeUri: codeUri, Events };
          return [logicalId, { Type: 'AWS::Serverless::Function', Properties }];
        }),
      );
      for (const [id, resource] of Object.entries(more))
        if (resource.Type !== undefined) Resources[id] = { Type: resource.Type, Properties: resource.Properties ?? {} };
      const Environment = { Variables: env };
      write('template.yaml', JSON.stringify({ Parameters, Globals: { Function: { Handler: 'index.handler', Environment } }, Resources }));
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
