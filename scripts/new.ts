// npm run new -- 'GET /api/orders/{id}/receipt': writes what a new route consists of, down to a test that fails until the route does its work.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { routesByDomain } from '#functions/ops/lib/all-routes.ts';
import { root } from './function-files.ts';
import { contractStub, failingTest, handler, schemasUsed, stubOfUseCase } from './new-route/code.ts';
import { events, pathWith } from './new-route/events.ts';
import { planRoute, type RoutePlan, usage } from './new-route/plan.ts';
import { withFunction } from './new-route/template-block.ts';

const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The domain of the routes that begin as this one. */
const domainOf = (first: string) =>
  Object.entries(routesByDomain).find(([, routes]) => routes.some(({ path }) => path.split('/')[2] === first))?.[0];

/** A contract with the route's stub at its end, and with what the stub needs imported. */
function contractWith(contract: string, plan: RoutePlan): string {
  const needed = schemasUsed(plan);
  const line = /^import \{ ([^}]+) \} from '#platform\/http\/schemas\.ts';$/m;
  const names = line.exec(contract)?.[1]?.split(', ') ?? [];
  const imports = (list: string[]) => `import { ${list.join(', ')} } from '#platform/http/schemas.ts';`;
  const both = [...new Set([...names, ...needed])];
  const imported = line.test(contract)
    ? contract.replace(line, imports(both))
    : needed.length > 0
      ? contract.replace(/^import \{ defineRoute \}.*$/m, (found) => `${found}\n${imports(needed)}`)
      : contract;
  return imported + contractStub(plan);
}

const emptyContract = "import * as z from 'zod/mini';\nimport { defineRoute } from '#platform/http/contract.ts';\n";

/** functions/ops/lib/all-routes.ts with a domain that is new. */
function allRoutesWith(text: string, domain: string): string {
  const name = domain.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const key = name === domain ? domain : `'${domain}': ${name}`;
  return text
    .replace(/^import \* as /m, `import * as ${name} from '#functions/${domain}/lib/contract.ts';\nimport * as `)
    .replace(/export const contracts = \{([^}]*?),?\s*\};/, (_, names: string) => `export const contracts = {${names}, ${key} };`);
}

/** Every file that the route adds or changes, with its new text. */
function filesOf(plan: RoutePlan): Record<string, string> {
  const { domain, verbNoun } = plan;
  const contract = `functions/${domain}/lib/contract.ts`;
  const isNew = !existsSync(join(root, contract));
  const json = Object.entries(events(plan)).map(([file, event]) => [`events/${file}`, `${JSON.stringify(event, null, 2)}\n`]);
  return {
    [contract]: contractWith(isNew ? emptyContract : read(contract), plan),
    ...(isNew ? { 'functions/ops/lib/all-routes.ts': allRoutesWith(read('functions/ops/lib/all-routes.ts'), domain) } : {}),
    [`functions/${domain}/${verbNoun}.ts`]: handler(plan),
    [`functions/${domain}/lib/${verbNoun}.ts`]: stubOfUseCase(plan),
    'template.yaml': withFunction(read('template.yaml'), plan),
    [`tests/integration/${verbNoun}.test.ts`]: failingTest(plan, pathWith(plan)),
    ...Object.fromEntries(json),
  };
}

function main(args: string[]): void {
  const plan = planRoute(args, domainOf);
  const route = `${plan.method} ${plan.path}`;
  if (routesByDomain[plan.domain]?.some(({ method, path }) => `${method} ${path}` === route))
    throw new Error(`There is a ${route} already`);
  const files = filesOf(plan);
  const taken = Object.keys(files).filter((file) => file.includes(`/${plan.verbNoun}.`) && existsSync(join(root, file)));
  if (taken.length > 0) throw new Error(`${taken.join(', ')}: there already. Choose another name by --name verb-noun`);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const written = Object.keys(files).filter((file) => /\.(ts|json)$/.test(file));
  execFileSync(process.execPath, [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--write', ...written], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  execFileSync(process.execPath, [join(root, 'scripts/build-docs.ts')], { cwd: root, stdio: 'inherit' });
  console.log(`${route} is ${plan.domain}/${plan.verbNoun}, for ${plan.auth}. Written:\n${Object.keys(files)
    .map((file) => `  ${file}`)
    .join('\n')}

Next:
  1. Say in functions/${plan.domain}/lib/contract.ts what it takes and answers, and which problems are its own.
  2. Write down in tests/integration/${plan.verbNoun}.test.ts what it has to do, and make it so in functions/${plan.domain}/lib/${plan.verbNoun}.ts.
  3. Say in events/${plan.domain}/${plan.verbNoun}.expect.json what must come of the event.
  4. npm run docs, npm run check, npx vitest run --project architecture: they name what is missing, such as a role that may publish events.`);
}

const args = process.argv.slice(2);
if (args.includes('--help')) console.log(usage);
else
  try {
    main(args);
  } catch (error) {
    const { message } = error as Error;
    console.error(message);
    process.exitCode = message === usage ? 2 : 1;
  }
