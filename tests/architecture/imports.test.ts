import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cruise, type ICruiseResult, type IModule } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { beforeAll, describe, expect, test } from 'vitest';
import { productionSources, read, root } from './support/sources.ts';

/** What the configuration keeps beside its rules. */
interface Tables {
  mayUse: Record<string, string[]>;
  sharedStores: Record<string, string[]>;
  pure: string[];
  io: string[];
}

const config = join(root, '.dependency-cruiser.cjs');
const { forbidden, tables } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[]; tables: Tables };
const planted = join(import.meta.dirname, 'violations');

/** The folders that `npm run architecture` names, so that the command and this test look at the same. */
const folders = (/ (functions .*)$/.exec(JSON.parse(read('package.json')).scripts.architecture)?.[1] ?? '').split(' ');

async function cruised(baseDir: string): Promise<ICruiseResult> {
  const { ruleSet, ...options } = await extractOptions(config);
  const present = folders.filter((folder) => existsSync(join(baseDir, folder)));
  const { output } = await cruise(present, { ...options, ...(ruleSet && { ruleSet }), validate: true, baseDir });
  return output as ICruiseResult;
}

const said = ({ summary }: ICruiseResult) => summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);

describe('what imports what', () => {
  let repository: ICruiseResult;
  beforeAll(async () => {
    repository = await cruised(root);
  }, 60_000);

  test('the repository keeps every rule', () => {
    expect(repository.modules.length).toBeGreaterThan(200);
    expect(said(repository)).toEqual([]);
  });

  test('imports by #name and by file ending are followed', () => {
    const handler = repository.modules.find(({ source }) => source === 'functions/cart/add-item.ts');
    expect(handler?.dependencies.map(({ resolved }) => resolved)).toContain('platform/http/route.ts');
  });

  test('no line of mayUse and sharedStores is idle', () => {
    expect(idleLines(repository.modules)).toEqual([]);
  });

  test('every file of a domain that does no I/O is on the list of pure files', () => {
    const isPure = (file: string) => tables.pure.some((pattern) => new RegExp(pattern).test(file));
    const domainFiles = productionSources().filter((file) => /^functions\/[^/]+\/lib\//.test(file));
    const unlisted = domainFiles.filter((file) => !isPure(file) && !reachesIo(file, repository.modules));
    expect(unlisted, 'add these to pureInDomains in .dependency-cruiser.cjs').toEqual([]);
  });

  test('no pure file asks the clock, chance, the network or the process', () => {
    const impure = /\b(fetch\(|Date\.now\(|new Date\(\)|performance\.|Math\.random\(|setTimeout\(|process\.)/;
    const listed = productionSources().filter((file) => tables.pure.some((pattern) => new RegExp(pattern).test(file)));
    expect(listed.length).toBeGreaterThan(15);
    expect(listed.filter((file) => impure.test(read(file)))).toEqual([]);
  });

  test('platform/config.ts alone reads process.env', () => {
    const readers = productionSources().filter((file) =>
      /\bprocess\s*(\.|\?\.)\s*env\b|\[['"]env['"]\]|\benv\b[^;]*\bfrom ['"]node:process/.test(read(file)),
    );
    expect(readers).toEqual(['platform/config.ts']);
  });
});

describe('each import rule bites on its planted violation', () => {
  const rules = [...new Set(forbidden.map(({ name }) => name))].sort();

  test('every rule has one', () => {
    expect(readdirSync(planted).sort()).toEqual(rules);
  });

  test.each(rules)('%s', async (rule) => {
    const violations = (await cruised(join(planted, rule))).summary.violations;
    expect(violations.length).toBeGreaterThan(0);
    expect([...new Set(violations.map((violation) => violation.rule.name))]).toEqual([rule]);
  });

  test('a domain that mayUse does not list may use none', async () => {
    const violations = said(await cruised(join(planted, 'neighbours-by-table')));
    expect(violations).toContain('neighbours-by-table: functions/gifts/lib/wrap-gift.ts → functions/orders/lib/contract.ts');
    expect(violations).toHaveLength(2);
  });

  test('a shared store is shared with those that sharedStores names and no others', async () => {
    expect(said(await cruised(join(planted, 'stores-are-their-domains-own'))).sort()).toEqual([
      'stores-are-their-domains-own: functions/cart/lib/add-item.ts → functions/catalog/lib/products.pg.ts',
      'stores-are-their-domains-own: functions/orders/lib/place-order.ts → functions/cart/lib/carts.pg.ts',
    ]);
  });
});

const domainOf = (file: string): string | undefined => /^functions\/([^/]+)\//.exec(file)?.[1];

/** Lines of the tables that no import needs. */
function idleLines(modules: readonly IModule[]): string[] {
  const edges = modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => ({ domain: domainOf(source), to: resolved })),
  );
  const used = (domain: string, pattern: string) => edges.some((edge) => edge.domain === domain && new RegExp(pattern).test(edge.to));
  const lines = (table: Record<string, string[]>, idle: (left: string, right: string) => boolean) =>
    Object.entries(table).flatMap(([left, rights]) => rights.filter((right) => idle(left, right)).map((right) => `${left}: ${right}`));
  return [
    ...lines(tables.mayUse, (domain, use) => !used(domain, `^functions/${use}(/|\\.ts$)`)),
    ...lines(tables.sharedStores, (store, domain) => !used(domain, `^functions/${store}$`)),
  ];
}

/** Whether a file imports something that does I/O, over however many files. */
function reachesIo(file: string, modules: readonly IModule[], seen = new Set<string>()): boolean {
  if (tables.io.some((pattern) => new RegExp(pattern).test(file))) return true;
  if (seen.has(file)) return false;
  seen.add(file);
  const dependencies = modules.find(({ source }) => source === file)?.dependencies ?? [];
  return dependencies.some(({ resolved }) => reachesIo(resolved, modules, seen));
}
