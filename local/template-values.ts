/**
 * CloudFormation's intrinsic functions, evaluated as they would be for a stack that runs on this machine. References to
 * resources become local stand-ins: the logical id for `Ref`, a local-looking ARN for an `…Arn` attribute.
 */
export type Tree = Record<string, unknown>;

export interface Scope {
  parameters: Record<string, unknown>;
  mappings: Tree;
  conditions: Tree;
  resources: Tree;
  /** JSON keys of secrets, for `{{resolve:secretsmanager:<id>:SecretString:<key>}}`. */
  secrets: Record<string, string>;
  /** What attributes of resources are (`Vpc.Ipv6CidrBlocks`), where a stand-in will not do. */
  attributes?: Tree;
}

/** What AWS::NoValue evaluates to: its property is left out. */
const noValue = undefined;

export const pseudoParameters: Record<string, unknown> = {
  'AWS::AccountId': '000000000000',
  'AWS::NoValue': noValue,
  'AWS::NotificationARNs': [],
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::StackId': 'arn:aws:cloudformation:us-east-1:000000000000:stack/kelvo-local/0',
  'AWS::StackName': 'kelvo-local',
  'AWS::URLSuffix': 'amazonaws.com',
};

type Intrinsic = (argument: unknown, scope: Scope, at: string) => unknown;

const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, scope, at) => reference(String(name), scope, at),
  Condition: (name, scope, at) => condition(String(name), scope, at),
  'Fn::GetAtt': (argument, scope, at) => {
    const [name = '', ...attribute] = Array.isArray(argument) ? list(argument, scope, at).map(String) : String(argument).split('.');
    return attributeOf(name, attribute.join('.'), scope, at);
  },
  'Fn::Sub': (argument, scope, at) => {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    return substitute(String(text), (evaluate(own, scope, at) ?? {}) as Tree, scope, at);
  },
  'Fn::Join': (argument, scope, at) => {
    const [separator, parts] = list(argument, scope, at);
    return (parts as unknown[]).map(String).join(String(separator));
  },
  'Fn::Split': (argument, scope, at) => {
    const [separator, text] = list(argument, scope, at);
    return String(text).split(String(separator));
  },
  'Fn::Select': (argument, scope, at) => {
    const [index, from] = list(argument, scope, at);
    const chosen = (from as unknown[])[Number(index)];
    if (chosen === undefined) throw new Error(`Fn::Select finds nothing at index ${index} at ${at}`);
    return chosen;
  },
  'Fn::FindInMap': (argument, scope, at) => {
    const [map, top, second] = list(argument, scope, at).map(String) as [string, string, string];
    const found = ((scope.mappings[map] as Tree | undefined)?.[top] as Tree | undefined)?.[second];
    if (found === undefined) throw new Error(`Fn::FindInMap finds no ${map}.${top}.${second} at ${at}`);
    return found;
  },
  'Fn::If': (argument, scope, at) => {
    const [name, yes, no] = argument as [string, unknown, unknown];
    return evaluate(condition(name, scope, at) ? yes : no, scope, at);
  },
  'Fn::Equals': (argument, scope, at) => {
    const [left, right] = list(argument, scope, at);
    return String(left) === String(right);
  },
  'Fn::Not': (argument, scope, at) => list(argument, scope, at)[0] !== true,
  'Fn::And': (argument, scope, at) => list(argument, scope, at).every((value) => value === true),
  'Fn::Or': (argument, scope, at) => list(argument, scope, at).some((value) => value === true),
  'Fn::GetAZs': () => ['a', 'b', 'c'].map((zone) => `${pseudoParameters['AWS::Region']}${zone}`),
  'Fn::Cidr': (argument, scope, at) => {
    const [block, count, bits] = list(argument, scope, at);
    // Names for the blocks: nothing here needs their addresses.
    return Array.from({ length: Number(count) }, (_, i) => `${block}/${bits}#${i}`);
  },
  'Fn::Base64': (argument, scope, at) => Buffer.from(String(evaluate(argument, scope, at))).toString('base64'),
  'Fn::ToJsonString': (argument, scope, at) => JSON.stringify(evaluate(argument, scope, at)),
};

/**
 * Evaluates everything in a value.
 * @param at where the value stands in the template, for errors
 */
export function evaluate(value: unknown, scope: Scope, at: string): unknown {
  if (typeof value === 'string') return resolveSecrets(value, scope, at);
  if (Array.isArray(value)) {
    return value.map((item, index) => evaluate(item, scope, `${at}[${index}]`)).filter((item) => item !== noValue);
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && (name.startsWith('Fn::') || name === 'Ref' || (name === 'Condition' && typeof argument === 'string'))) {
    const intrinsic = intrinsics[name];
    if (intrinsic === undefined) throw new Error(`unknown intrinsic ${name} at ${at}`);
    const result = intrinsic(argument, scope, at);
    return typeof result === 'string' ? resolveSecrets(result, scope, at) : result;
  }
  const evaluated = entries.map(([key, item]) => [key, evaluate(item, scope, `${at}.${key}`)] as const);
  return Object.fromEntries(evaluated.filter(([, item]) => item !== noValue));
}

/** Is the template's condition of this name true? */
export function condition(name: string, scope: Scope, at: string): boolean {
  if (!Object.hasOwn(scope.conditions, name)) throw new Error(`unknown condition ${name} at ${at}`);
  return evaluate(scope.conditions[name], scope, `Conditions.${name}`) === true;
}

const list = (argument: unknown, scope: Scope, at: string): unknown[] => evaluate(argument, scope, at) as unknown[];

function reference(name: string, scope: Scope, at: string): unknown {
  if (Object.hasOwn(pseudoParameters, name)) return pseudoParameters[name];
  if (Object.hasOwn(scope.parameters, name)) {
    if (scope.parameters[name] === undefined) throw new Error(`parameter ${name} has neither a default nor a local value, at ${at}`);
    return scope.parameters[name];
  }
  if (Object.hasOwn(scope.resources, name)) return name;
  throw new Error(`Ref to unknown ${name} at ${at}`);
}

function attributeOf(name: string, attribute: string, scope: Scope, at: string): unknown {
  if (!Object.hasOwn(scope.resources, name)) throw new Error(`Fn::GetAtt of unknown resource ${name} at ${at}`);
  if (scope.attributes && Object.hasOwn(scope.attributes, `${name}.${attribute}`)) return scope.attributes[`${name}.${attribute}`];
  if (!attribute.endsWith('Arn')) return `${name}.${attribute}`;
  const type = String((scope.resources[name] as Tree).Type);
  const service = (type.split('::')[1] ?? 'local').toLowerCase();
  return `arn:aws:${service === 'serverless' ? 'lambda' : service}:us-east-1:000000000000:${name}`;
}

function substitute(text: string, own: Tree, scope: Scope, at: string): string {
  return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(own, name)) return String(own[name]);
    const dot = name.indexOf('.');
    return String(dot < 0 ? reference(name, scope, at) : attributeOf(name.slice(0, dot), name.slice(dot + 1), scope, at));
  });
}

function resolveSecrets(text: string, { secrets }: Scope, at: string): string {
  if (!text.includes('{{resolve:')) return text;
  return text.replace(/\{\{resolve:([^}]*)\}\}/g, (whole, body: string) => {
    const key = /^secretsmanager:.+:SecretString:([^:]+)/.exec(body)?.[1];
    const value = key === undefined ? undefined : secrets[key];
    if (value === undefined) throw new Error(`no local value for ${whole} at ${at}`);
    return value;
  });
}
