import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { routesByDomain } from '#functions/ops/lib/all-routes.ts';
import { type FunctionFile, functionFiles } from '../../scripts/function-files.ts';
import { read, root } from './support/sources.ts';
import { arnOf, template, templateFunctions, triggersOf } from './support/template.ts';

const files = functionFiles();
const triggerNamed = ({ file }: FunctionFile): string | undefined => /^\/\/ (.+?): \S/.exec(read(file))?.[1];
/** HEAD beside GET of one path is no trigger of its own: it asks for the same answer without its body. */
const isHeadOf = (trigger: string, all: string[]) => trigger.startsWith('HEAD ') && all.includes(trigger.replace('HEAD', 'GET'));
const isHttp = (trigger: string) => /^[A-Z]+ \//.test(trigger);
/** Functions that CloudFormation calls to make a resource of a type of ours. */
const customResourceProviders = Object.values(template.Resources)
  .filter(({ Type }) => Type.startsWith('Custom::'))
  .map(({ Properties = {} }) => arnOf(Properties.ServiceToken));
const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
const routes = Object.entries(routesByDomain).flatMap(([domain, own]) =>
  own.map(({ method, path }) => ({ domain, trigger: `${method} ${path}` })),
);

describe('each file directly in functions/<domain>/ is one function', () => {
  test('with a function in the template, and the other way round', () => {
    const ids = new Set(files.map(({ logicalId }) => logicalId));
    expect([
      ...files
        .filter(({ logicalId }) => templateFunctions[logicalId] === undefined)
        .map(({ file, logicalId }) => `${file} has no function: add ${logicalId} with CodeUri dist/${logicalId} to template.yaml`),
      ...Object.keys(templateFunctions)
        .filter((id) => !ids.has(id))
        .map((id) => `${id} in template.yaml has no file: its name must be that of a functions/<domain>/<verb-noun>.ts`),
    ]).toEqual([]);
  });

  test('whose first line names its trigger, the one that the template has', () => {
    const faults = files.flatMap((fn) => {
      const resource = templateFunctions[fn.logicalId];
      if (resource === undefined) return [];
      const named = triggerNamed(fn);
      const triggers = triggersOf(resource).filter((trigger, _, all) => !isHeadOf(trigger, all));
      if (named === undefined) return [`${fn.file}: line 1 must be a comment "// <trigger>: what it does", with ${triggers.join(' or ')}`];
      const script = /^invoked by npm run ([a-z:-]+)$/.exec(named)?.[1];
      if (script !== undefined && triggers.length === 0)
        return scripts[script] === undefined ? [`${fn.file}: package.json has no script ${script}`] : [];
      const invoker = /^invoked by ([a-z-]+\/[a-z-]+)$/.exec(named)?.[1];
      if (invoker !== undefined && triggers.length === 0)
        return files.some(({ domain, verbNoun }) => `${domain}/${verbNoun}` === invoker)
          ? []
          : [`${fn.file}: there is no function ${invoker}`];
      if (named === 'invoked by CloudFormation' && triggers.length === 0)
        return customResourceProviders.includes(fn.logicalId)
          ? []
          : [`${fn.file}: no custom resource of the template has it as ServiceToken`];
      if (triggers.length !== 1) return [`${fn.logicalId} in template.yaml must have one trigger, it has ${triggers.length}`];
      return triggers[0] === named ? [] : [`${fn.file}: line 1 says ${named}, template.yaml says ${triggers[0]}`];
    });
    expect(faults).toEqual([]);
  });

  test('and whose route is in the contract of its domain, and the other way round', () => {
    const named = files.flatMap((fn) => {
      const trigger = triggerNamed(fn);
      return trigger !== undefined && isHttp(trigger) ? [{ domain: fn.domain, trigger, file: fn.file }] : [];
    });
    const listed = (list: { domain: string; trigger: string }[], wanted: { domain: string; trigger: string }) =>
      list.some(({ domain, trigger }) => domain === wanted.domain && trigger === wanted.trigger);
    expect([
      ...named
        .filter((fn) => !listed(routes, fn))
        .map(({ file, domain, trigger }) => `${file}: no route ${trigger} in functions/${domain}/lib/contract.ts`),
      ...routes
        .filter((route) => !listed(named, route))
        .map(
          ({ domain, trigger }) =>
            `functions/${domain}/lib/contract.ts declares ${trigger}, and no file in functions/${domain}/ handles it`,
        ),
    ]).toEqual([]);
  });

  test('answers HEAD, too, where its contract says so and nowhere else', () => {
    const events = Object.values(templateFunctions).flatMap(triggersOf);
    const heads = Object.values(routesByDomain).flatMap((own) => own.filter(({ head }) => head));
    expect(events.filter((trigger) => trigger.startsWith('HEAD ')).sort()).toEqual(heads.map(({ path }) => `HEAD ${path}`).sort());
  });

  test('made from the route that its first line names', async () => {
    const faults = await Promise.all(
      files.map(async (fn) => {
        const trigger = triggerNamed(fn);
        if (trigger === undefined || !isHttp(trigger)) return [];
        const used = /\broute\(\s*(\w+)/.exec(read(fn.file))?.[1];
        const contract = (await import(join(root, `functions/${fn.domain}/lib/contract.ts`))) as Record<
          string,
          { method: string; path: string }
        >;
        const route = used === undefined ? undefined : contract[used];
        const made = route && `${route.method} ${route.path}`;
        return made === trigger ? [] : [`${fn.file}: its handler must be route(<the route ${trigger}>, …), it is of ${made ?? 'none'}`];
      }),
    );
    expect(faults.flat()).toEqual([]);
  });
});

test('no two functions have the same trigger, and one alone takes the rest', () => {
  const http = files.map(triggerNamed).filter((trigger) => trigger === '$default' || isHttp(trigger ?? ''));
  expect(http.filter((trigger, i) => http.indexOf(trigger) !== i)).toEqual([]);
  expect(http).toContain('$default');
});

test('every contract is in the list of all routes', () => {
  const domains = readdirSync(join(root, 'functions')).filter((domain) => existsSync(join(root, `functions/${domain}/lib/contract.ts`)));
  expect(Object.keys(routesByDomain).sort(), 'functions/ops/lib/all-routes.ts').toEqual(domains.sort());
});
