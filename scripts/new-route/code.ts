import type { RoutePlan } from './plan.ts';

/** What the stub of a route takes and answers. */
interface Shape {
  status: 200 | 201 | 204;
  /** The answer's schema in the contract. */
  answer: string;
  /** The stub's SQL and what it makes of the rows: enough for the route to answer as its contract says. */
  work: string;
}

const isWrite = ({ method }: RoutePlan) => method !== 'GET';
const hasBody = ({ method }: RoutePlan) => method === 'POST' || method === 'PUT';

function shapeOf(plan: RoutePlan): Shape {
  const [param] = plan.params;
  if (plan.method === 'DELETE') return { status: 204, answer: 'null', work: "await sql('select 1');" };
  if (param === undefined && plan.method === 'GET')
    return {
      status: 200,
      answer: 'z.strictObject({ items: z.array(z.strictObject({ id: Uuid })) })',
      work: "return { items: await sql<{ id: string }>('select null::uuid as id where false') };",
    };
  const select = param === undefined ? "'select gen_random_uuid() as id'" : `'select $1::uuid as id', [input.${param}]`;
  return {
    status: plan.method === 'POST' ? 201 : 200,
    answer: 'z.strictObject({ id: Uuid })',
    work: `const [row] = await sql<{ id: string }>(${select});\n  if (!row) throw new Error('The statement gave no row');\n  return row;`,
  };
}

/** The route's declaration, for the end of its domain's contract.ts. */
export function contractStub(plan: RoutePlan): string {
  const { status, answer } = shapeOf(plan);
  return [
    '',
    `export const ${plan.id}Route = defineRoute({`,
    `  method: '${plan.method}',`,
    `  path: '${plan.path}',`,
    `  auth: '${plan.auth}',`,
    `  summary: '${plan.summary}',`,
    ...(plan.params.length > 0 ? [`  params: z.strictObject({ ${plan.params.map((name) => `${name}: Uuid`).join(', ')} }),`] : []),
    ...(hasBody(plan) ? ['  body: z.strictObject({ name: words(100) }),'] : []),
    `  answers: { ${status}: ${answer} },`,
    '});',
    '',
  ].join('\n');
}

/** Names that the stub uses of platform/http/schemas.ts. */
export const schemasUsed = (plan: RoutePlan): string[] => [
  ...(plan.method !== 'DELETE' || plan.params.length > 0 ? ['Uuid'] : []),
  ...(hasBody(plan) ? ['words'] : []),
];

/** functions/<domain>/lib/<verb-noun>.ts */
export function stubOfUseCase(plan: RoutePlan): string {
  const { work } = shapeOf(plan);
  const inputs = [
    ...(plan.params.length > 0 ? [`Params<typeof ${plan.id}Route>`] : []),
    ...(hasBody(plan) ? [`Body<typeof ${plan.id}Route>`] : []),
  ];
  const usesInput = work.includes('input');
  const types = [
    ...(plan.method === 'DELETE' ? [] : ['AnswerOf']),
    ...(usesInput ? inputs.map((input) => input.slice(0, input.indexOf('<'))) : []),
  ];
  const input = usesInput ? `input: ${inputs.join(' & ')}` : '';
  const answer = plan.method === 'DELETE' ? 'void' : `AnswerOf<typeof ${plan.id}Route>`;
  const imports = [
    isWrite(plan) ? "import { transaction } from '#platform/db/sql.ts';" : "import type { Sql } from '#platform/db/sql.ts';",
    ...(types.length > 0 ? [`import type { ${types.join(', ')} } from '#platform/http/contract.ts';`] : []),
    ...(types.length > 0 ? [`import type { ${plan.id}Route } from './contract.ts';`] : []),
  ];
  const doc = `/** ${plan.summary}: a stub that answers what the contract says. The real SQL goes into a *.pg.ts of this folder. */`;
  const code = isWrite(plan)
    ? `export function ${plan.id}(${input}): Promise<${answer}> {\n  return transaction(async (sql) => {\n  ${work}\n  });\n}`
    : `export async function ${plan.id}(sql: Sql${input && `, ${input}`}): Promise<${answer}> {\n  ${work}\n}`;
  return `${imports.join('\n')}\n\n${doc}\n${code}\n`;
}

/** functions/<domain>/<verb-noun>.ts */
export function handler(plan: RoutePlan): string {
  const { status, work } = shapeOf(plan);
  const parts = work.includes('input') ? [...(plan.params.length > 0 ? ['params'] : []), ...(hasBody(plan) ? ['body'] : [])] : [];
  const input = parts.length > 1 ? `{ ${parts.map((part) => `...${part}`).join(', ')} }` : (parts[0] ?? '');
  const call = `${plan.id}(${[...(isWrite(plan) ? [] : ['sql']), ...(input ? [input] : [])].join(', ')})`;
  const request = parts.length > 0 ? `{ ${parts.join(', ')} }` : '';
  const code =
    status === 204
      ? `async (${request}) => {\n  await ${call};\n  return { status: 204 };\n}`
      : `async (${request}) => ({ status: ${status}, body: await ${call} })`;
  const lib = `#functions/${plan.domain}/lib`;
  return [
    `// ${plan.method} ${plan.path}: ${plan.summary.toLowerCase()}.`,
    `import { ${plan.id}Route } from '${lib}/contract.ts';`,
    `import { ${plan.id} } from '${lib}/${plan.verbNoun}.ts';`,
    ...(isWrite(plan) ? [] : ["import { sql } from '#platform/db/sql.ts';"]),
    "import { route } from '#platform/http/route.ts';",
    '',
    `export const handler = route(${plan.id}Route, ${code});`,
    '',
  ].join('\n');
}

/** A test that fails until somebody writes down what the route answers, and makes it so. */
export function failingTest(plan: RoutePlan, path: string): string {
  const { status } = shapeOf(plan);
  const signedIn = plan.auth !== 'public';
  const options = [
    ...(plan.method === 'GET' ? [] : [`method: '${plan.method}'`]),
    ...(hasBody(plan) ? ["body: { name: 'Ada Byron' }"] : []),
  ];
  const call = `call('${path}'${options.length > 0 ? `, { ${options.join(', ')} }` : ''})`;
  return `import { afterAll, beforeAll, expect, it } from 'vitest';
${signedIn ? "import { signIn } from '#tests/support/people.ts';\n" : ''}import { type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.end());

it('${plan.method} ${plan.path} does its work', async () => {
  const { status, body } = await ${signedIn ? `(await signIn(shop, '${plan.auth}'))` : 'shop'}.${call};
  expect(status).toBe(${status});
  expect(body, 'write down here what the route answers, or what it changes, then make it so').toEqual({ written: 'by hand' });
});
`;
}
