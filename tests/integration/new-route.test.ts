import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repositoryFiles, root } from '../architecture/support/sources.ts';

// npm run new is tried in a copy of the repository: on a domain that is there and on a new one, with a body and without.

const run = promisify(execFile);
const copy = mkdtempSync(join(tmpdir(), 'kelvo-new-route-'));
const routes = [
  { route: 'GET /api/orders/{id}/receipt', test: 'get-receipt' },
  { route: 'POST /api/products/{id}/reviews', test: 'create-review' },
  { route: 'DELETE /api/gifts/{id}', test: 'delete-gift' },
];

// Without what this test run's own Vitest put there.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV$|DEV$|PROD$|SSR$|MODE$)/.test(name)));
const inCopy = (command: string, ...args: string[]) =>
  run(command, args, { cwd: copy, env, maxBuffer: 50_000_000 }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, output: stdout + stderr }),
  );

interface FileResult {
  name: string;
  message: string;
  assertionResults: { status: string; title: string; failureMessages: string[] }[];
}

/** Runs tests of the copy. */
async function runTests(...which: string[]): Promise<FileResult[]> {
  const report = join(copy, 'report.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  rmSync(report, { force: true });
  await inCopy(process.execPath, vitest, 'run', '--reporter=json', `--outputFile=${report}`, ...which);
  return (JSON.parse(readFileSync(report, 'utf8')) as { testResults: FileResult[] }).testResults;
}

beforeAll(async () => {
  for (const file of repositoryFiles()) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // The checks ask git which files there are. A link is no folder, so .gitignore's node_modules/ does not mean it.
  await inCopy('git', 'init', '--quiet');
  mkdirSync(join(copy, '.git/info'), { recursive: true });
  await inCopy('sh', '-c', 'echo node_modules >> .git/info/exclude && git add --all');
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('npm run new', () => {
  test.each(routes)('writes $route', async ({ route }) => {
    expect(await inCopy('npm', 'run', '--silent', 'new', '--', route)).toMatchObject({ code: 0, output: expect.stringContaining('Next:') });
  });

  test('refuses a route that is there', async () => {
    const again = await inCopy('npm', 'run', '--silent', 'new', '--', 'GET /api/orders/{id}/receipt');
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('There is a GET /api/orders/{id}/receipt already') });
  });

  test('leaves what passes npm run check', async () => {
    expect(await inCopy('npm', 'run', '--silent', 'check')).toMatchObject({ code: 0 });
  }, 300_000);

  test('leaves nothing red but the test of each route, which waits to be written', async () => {
    await inCopy('npm', 'run', '--silent', 'build:functions');
    const written = routes.map((each) => `tests/integration/${each.test}.test.ts`);
    // All tests but replays, and of the replays those of the new routes: the others are this run's own.
    const replays = 'each (event in events/|route refuses)';
    const names = routes.flatMap(({ route, test }) => [`[/ ]${test}\\.`, `${route.replace(/[/{}]/g, '\\$&')}$`]);
    const testResults = await runTests(
      ...['architecture', 'integration', 'replay'].flatMap((project) => ['--project', project]),
      '--exclude=**/imports.test.ts', // the check above did what it does
      `--testNamePattern=^(?!.*${replays})|${replays}.*(${names.join('|')})`,
      ...['tests/architecture/', 'tests/replay/', ...written],
    );
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status !== 'skipped'));
    expect(tests.length).toBeGreaterThan(200);
    expect(testResults.flatMap(({ name, message }) => (message ? [`${name}: ${message}`] : []))).toEqual([]);
    const red = tests.filter(({ status }) => status === 'failed');
    expect(red.map(({ title, failureMessages }) => (failureMessages.join().includes('written') ? title : failureMessages)).sort()).toEqual(
      routes.map(({ route }) => `${route} does its work`).sort(),
    );
    expect(tests.map(({ title }) => title)).toEqual(expect.arrayContaining(routes.map(({ route }) => route)));
    for (const each of routes)
      expect(tests.filter(({ title }) => title.startsWith(`${each.test}.`) || title.includes(`/${each.test}.`))).toHaveLength(2);
  }, 600_000);
});
