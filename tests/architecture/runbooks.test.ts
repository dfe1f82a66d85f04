/** What documents tell people to type exists: commands with the flags they name, files, queues, log groups, parameters. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { functionFiles, root } from '../../scripts/function-files.ts';

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const files = (...patterns: string[]) => patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
const documents = files('*.md', 'docs/*.md', 'docs/runbooks/*.md').filter((file) => file !== 'CHANGELOG.md');
const runbooks = files('docs/runbooks/*.md');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const templates = files('template.yaml', 'infra/*.yaml').map(read);

/** `npm run x -- --flag value`, to the end of its code. */
const commands = documents.flatMap((file) =>
  [...read(file).matchAll(/npm run ([a-z][\w:-]*\w)([^`\n#|)]*)/g)].map(([, name = '', rest = '']) => ({ file, name, rest })),
);

/** The text of a script and of the files in the folder that is named after it: its flags are declared there, or in the usage text. */
function sourceOf(name: string): string {
  const own = /(?:scripts|db|local|tests)\/[\w./-]+\.ts/.exec(scripts[name] ?? '')?.[0];
  if (own === undefined) return '';
  const folder = join(dirname(own), basename(own, '.ts'));
  return files(own, `${folder}*/**/*.ts`).map(read).join('\n');
}

describe('A command that a document names', () => {
  test('is a script of package.json', () => {
    expect(commands.length).toBeGreaterThan(50);
    expect(
      commands.filter(({ name }) => scripts[name] === undefined && !notYet.has(name)).map(({ file, name }) => `${file}: npm run ${name}`),
    ).toEqual([]);
  });

  test('knows the flags that are given to it', () => {
    const unknown = commands.flatMap(({ file, name, rest }) => {
      const source = sourceOf(name);
      // Without a file of ours the flags are vite's or vitest's.
      if (source === '' || !rest.includes('-- ')) return [];
      const flags = rest.match(/(?<=\s)--[a-z][a-z-]*/g) ?? [];
      const isKnown = (flag: string) => source.includes(flag) || new RegExp(`\\b${flag.slice(2)}['"]?:`).test(source);
      return flags.filter((flag) => !isKnown(flag)).map((flag) => `${file}: npm run ${name} ${flag}`);
    });
    // What follows fuzz:api is Schemathesis's own.
    expect(unknown.filter((each) => !each.includes('fuzz:api'))).toEqual([]);
  });
});

test('a command that a document names says what it is at --help, and does not begin', () => {
  const names = [...new Set(commands.map(({ name }) => name))].filter((name) => /node (scripts|db|local)\//.test(scripts[name] ?? ''));
  expect(names.length).toBeGreaterThan(20);
  // Builders that nobody gives a flag.
  const builders = ['build', 'docs', 'mails', 'addresses'];
  const own = (name: string) => read(scripts[name]?.split(' ')[1] ?? '');
  expect(names.filter((name) => !builders.includes(name) && !/--help|\bhelp: |takesNothing\(/.test(own(name)))).toEqual([]);
});

describe('A runbook names', () => {
  test('files of this repository', () => {
    const named = runbooks.flatMap((file) =>
      [...read(file).matchAll(/`((?:functions|platform|local|db|scripts|tests|infra|docs|config)\/[\w./-]+\.\w+)`/g)].map(
        ([, path = '']) => ({
          file,
          path,
        }),
      ),
    );
    expect(
      named.filter(({ path }) => !existsSync(join(root, path)) && !notYet.has(path)).map(({ file, path }) => `${file}: ${path}`),
    ).toEqual([]);
  });

  test('queues that the template has', () => {
    const queues = new Set([...read('template.yaml').matchAll(/kelvo-\$\{Stage\}-([a-z-]+)/g)].map(([, name]) => name));
    const named = runbooks.flatMap((file) =>
      [...read(file).matchAll(/kelvo-(?:<stage>|\$S|\$\{?STAGE\}?|prod|dev|staging)-([a-z-]+)-dead-letters/g)].map(
        ([, name]) => `${name}-dead-letters`,
      ),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !queues.has(name))).toEqual([]);
  });

  test('log groups of domains that have functions', () => {
    const domains = new Set(functionFiles().map(({ domain }) => domain));
    const named = runbooks.flatMap((file) =>
      [...read(file).matchAll(/\/kelvo\/(?:<stage>|\$S|prod)\/functions\/([a-z]+)/g)].map(([, domain = '']) => ({ file, domain })),
    );
    expect(named.filter(({ domain }) => !domains.has(domain))).toEqual([]);
  });

  test('parameters, resources and outputs of the templates', () => {
    // By their indentation: parsing takes a hundred times as long.
    const known = new Set(templates.flatMap((text) => [...text.matchAll(/^ {2}([A-Za-z]\w+):/gm)].map(([, name]) => name)));
    // `Name=value` in code is a parameter that somebody is to set.
    const named = runbooks.flatMap((file) =>
      [...read(file).matchAll(/`([A-Z][a-zA-Z]+)(?:=[^`\s]*)?`/g)]
        .filter(([whole]) => /[a-z][A-Z]/.test(whole))
        .map(([, name = '']) => ({ file, name })),
    );
    expect(named.filter(({ name }) => !known.has(name) && !notOurs.has(name)).map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
  });
});

/** Names of AWS's own: properties, metrics and actions. */
const notOurs = new Set([
  'MaximumConcurrency',
  'NewConnections',
  'GetQueueAttributes',
  'ReceiveMessage',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'SendMessage',
  'BackupJobId',
]);

/** Named by documents that were there first. A line that exists by now is to be taken out. */
const notYet = new Set(['finops']);
