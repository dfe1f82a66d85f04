/** The templates in infra/, evaluated for given parameters as CloudFormation would: conditions decided, absent resources left out. */
import { condition, evaluate, type Scope, type Tree } from '#local/template-values.ts';
import { parseTemplate } from '#local/template-yaml.ts';
import { brokenRules } from '../../../scripts/templates-check/evaluated.ts';
import { read } from './sources.ts';

interface StackTemplate {
  Parameters: Record<string, { Type: string; Default?: string | number; AllowedValues?: (string | number)[] }>;
  Rules?: NonNullable<Parameters<typeof brokenRules>[0]['Rules']>;
  Mappings?: Tree;
  Conditions?: Tree;
  Resources: Record<string, StackResource & { Condition?: string }>;
  Outputs: Record<string, { Value: unknown; Condition?: string }>;
}

export interface StackResource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test's expectations are its types
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  UpdatePolicy?: Tree;
}

export interface Stack {
  resources: Record<string, StackResource>;
  outputs: Record<string, unknown>;
  /** What the template's rules say against the parameters. */
  brokenRules: string[];
  /** The resources of a type. */
  of(type: string): [id: string, resource: StackResource][];
}

/** What attributes are, where a name will not do. */
const attributes = {
  'Vpc.Ipv6CidrBlocks': ['2600:1f18::/56'],
  'Proxy.DBProxyArn': 'arn:aws:rds:us-east-1:000000000000:db-proxy:prx-0123',
};

const isList = (type: string) => type.startsWith('List<') || type === 'CommaDelimitedList';

export const stackTemplate = (file: string): StackTemplate => parseTemplate(read(file)) as StackTemplate;

/**
 * @param file such as infra/network.yaml
 * @param parameters those without a default that are not given are their own name
 * @throws Error where a value refers to a resource that these parameters leave out, which CloudFormation would refuse
 */
export function stackOf(file: string, parameters: Record<string, string> = {}): Stack {
  const template = stackTemplate(file);
  const given = Object.fromEntries(
    Object.entries(template.Parameters).map(([name, { Default = name }]) => [name, parameters[name] ?? String(Default)]),
  );
  const unknown = Object.keys(parameters).filter((name) => !(name in template.Parameters));
  if (unknown.length > 0) throw new Error(`${file} has no parameter ${unknown.join(', ')}`);
  const all: Scope = {
    parameters: Object.fromEntries(
      Object.entries(template.Parameters).map(([name, { Type }]) => [name, isList(Type) ? given[name]?.split(',') : given[name]]),
    ),
    mappings: template.Mappings ?? {},
    conditions: template.Conditions ?? {},
    resources: template.Resources,
    secrets: { password: 'a-password' },
    attributes,
  };
  const present = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || condition(Condition, all, file),
  );
  const scope: Scope = { ...all, resources: Object.fromEntries(present) };
  const resources = Object.fromEntries(
    present.map(([id, { Properties, ...rest }]) => [
      id,
      { ...rest, Properties: evaluate(Properties ?? {}, scope, `${file} ${id}`) as Tree },
    ]),
  );
  const outputs = Object.entries(template.Outputs).map(([name, { Value }]) => [name, evaluate(Value, scope, `${file} ${name}`)] as const);
  const of: Stack['of'] = (type) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  return { resources, outputs: Object.fromEntries(outputs), brokenRules: brokenRules(template, given), of };
}

/** Every combination of one value a name. */
export function combinations(choices: Record<string, readonly string[]>): Record<string, string>[] {
  return Object.entries(choices).reduce<Record<string, string>[]>(
    (made, [name, values]) => made.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}

export interface Statement {
  Effect: string;
  Action: string[];
  Resource: string[];
  Condition?: Tree;
}

type Written = Omit<Statement, 'Action' | 'Resource'> & { Action: string | string[]; Resource: string | string[] };

/** Every statement of the policies in a stack, by the resource that it stands in. Trust and resource policies are none of them. */
export const statementsOf = (stack: Stack): { id: string; statement: Statement }[] =>
  Object.entries(stack.resources).flatMap(([id, { Type, Properties }]) => {
    const inline = ((Properties.Policies ?? []) as { PolicyDocument: { Statement: Written[] } }[]).map(
      ({ PolicyDocument }) => PolicyDocument,
    );
    const documents: { Statement: Written[] }[] =
      Type === 'AWS::IAM::ManagedPolicy' ? [Properties.PolicyDocument] : Type === 'AWS::IAM::Role' ? inline : [];
    return documents.flatMap(({ Statement }) =>
      Statement.map((each) => ({ id, statement: { ...each, Action: [each.Action].flat(), Resource: [each.Resource].flat() } })),
    );
  });

/** Runs the code that a function has inline, with `modules` in place of the SDK's. */
export function inlineHandler(stack: Stack, id: string, modules: Record<string, object>, env: Record<string, string> = {}) {
  const code = String(stack.resources[id]?.Properties.Code.ZipFile);
  const exports: { handler?: (event: object) => Promise<unknown> } = {};
  const load = (name: string) => {
    if (modules[name] === undefined) throw new Error(`${id} requires ${name}, which the runtime or this test lacks`);
    return modules[name];
  };
  // Waits of its own are over at once.
  const soon = (work: () => void) => setImmediate(work);
  new Function('exports', 'require', 'process', 'setTimeout', code)(exports, load, { env }, soon);
  return exports.handler as (event: object) => Promise<unknown>;
}

/** A stand-in for a client of AWS's SDK: notes each command by its name and input, and answers by `answer`. */
export function recordingClient(client: string, commands: readonly string[], answer: (command: string, input: Tree) => unknown) {
  const sent: [command: string, input: Tree][] = [];
  const named = commands.map((name) => [
    name,
    class {
      readonly name = name.replace(/Command$/, '');
      readonly input: Tree;
      constructor(input: Tree) {
        this.input = input;
      }
    },
  ]);
  const Client = class {
    async send({ name, input }: { name: string; input: Tree }) {
      sent.push([name, input]);
      return answer(name, input) ?? {};
    }
  };
  return { sent, module: { [client]: Client, ...Object.fromEntries(named) } };
}
