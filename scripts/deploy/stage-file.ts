/** A stage's configuration file, config/<stage>.yaml: the only place where a stage differs from another. It holds no secrets. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { Misuse, type Stage } from '../command-line.ts';
import { root } from '../function-files.ts';
import { computedNames } from './parameters.ts';
import type { TemplateFile, TemplateParameter } from './template-file.ts';

export interface StageFile {
  region: string | undefined;
  /** The only account that the stage may be in; undefined: whichever the credentials are of. */
  account: string | undefined;
  /** How long CloudFormation watches the alarms after an update of the app, and goes back when one fires. */
  rollbackMonitoringMinutes: number;
  /** Datadog's browser monitoring: public values, which the build puts into the SPA. Empty: none. */
  browserMonitoring: { applicationId: string; clientToken: string };
  /** Values of templates' parameters. */
  parameters: Record<string, string>;
}

const fault = (text: string) => ({ error: text });
const scalar = z.union([z.string(), z.number(), z.boolean()], fault('must be a text, a number, true or false')).transform(String);
/** A list of subnets or security groups may be written as a list. */
const listed = z.union([scalar, z.array(z.string()).transform((items) => items.join(','))]);

/** A rule for a value, and what is said where it is broken. */
type Check = [holds: (value: string) => boolean, fault: string];

/** The rules that a template has for a parameter's value. */
function checksOf(rule: TemplateParameter): Check[] {
  const { Type, AllowedValues, AllowedPattern, MinValue, MaxValue, MinLength, MaxLength, ConstraintDescription } = rule;
  const checks: Check[] = [];
  if (AllowedValues) {
    const allowed = AllowedValues.map(String);
    checks.push([(value) => allowed.includes(value), `must be one of ${allowed.map((value) => value || "''").join(', ')}`]);
  }
  if (Type === 'Number') checks.push([(value) => value.trim() !== '' && Number.isFinite(Number(value)), 'must be a number']);
  if (MinValue !== undefined) checks.push([(value) => !(Number(value) < MinValue), `must be at least ${MinValue}`]);
  if (MaxValue !== undefined) checks.push([(value) => !(Number(value) > MaxValue), `must be at most ${MaxValue}`]);
  if (MinLength !== undefined) checks.push([(value) => value.length >= MinLength, `must have at least ${MinLength} characters`]);
  if (MaxLength !== undefined) checks.push([(value) => value.length <= MaxLength, `must have at most ${MaxLength} characters`]);
  // CloudFormation's patterns match the whole value.
  if (AllowedPattern !== undefined) {
    const pattern = new RegExp(`^(?:${AllowedPattern})$`);
    checks.push([(value) => pattern.test(value), ConstraintDescription ?? `must match ${AllowedPattern}`]);
  }
  return checks;
}

const isList = ({ Type }: TemplateParameter) => Type.startsWith('List<') || Type === 'CommaDelimitedList';

type WithParameters = Pick<TemplateFile, 'parameters'>;

const computed: ReadonlySet<string> = new Set(computedNames);

/** What a stage's file may hold, given the templates whose parameters it sets. Two templates' rules for one parameter both hold. */
function fileSchema(templates: readonly WithParameters[]) {
  const rules = new Map<string, TemplateParameter[]>();
  for (const { parameters } of templates) {
    for (const [name, rule] of Object.entries(parameters)) {
      if (!computed.has(name) && !rule.NoEcho) rules.set(name, [...(rules.get(name) ?? []), rule]);
    }
  }
  const schemaOf = (of: TemplateParameter[]) =>
    (of.some(isList) ? listed : scalar).superRefine((value, { addIssue }) => {
      const broken = of.flatMap(checksOf).find(([holds]) => !holds(value));
      if (broken) addIssue({ code: 'custom', message: `${broken[1]}, not "${value}"` });
    });
  return z.strictObject({
    region: z.optional(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be the name of a region, such as us-east-1')),
    account: z.optional(z.string('must be 12 digits in quotes').regex(/^\d{12}$/, 'must be 12 digits in quotes')),
    rollbackMonitoringMinutes: z.int().min(0).max(180).default(0),
    browserMonitoring: z
      .strictObject({ applicationId: z.string(), clientToken: z.string() })
      .default({ applicationId: '', clientToken: '' }),
    parameters: z.strictObject(Object.fromEntries([...rules].map(([name, of]) => [name, schemaOf(of).optional()]))).default({}),
  });
}

/** The one of `names` that a mistyped word most likely means. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const name of names) {
    const d = distance(word.toLowerCase(), name.toLowerCase());
    if (d <= Math.max(2, Math.floor(word.length / 4)) && (best === undefined || d < best.distance)) best = { name, distance: d };
  }
  return best?.name;
}

/** Levenshtein's: how many letters to add, leave out or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

function explain(issue: z.core.$ZodIssue, known: Iterable<string>): string[] {
  const at = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys')
    return [`${at === '' ? 'the file' : at} ${issue.message.replace(/^Invalid input: /, 'is wrong: ')}`];
  return issue.keys.map((key) => {
    const path = at === '' ? key : `${at}.${key}`;
    if (at !== 'parameters') return `${path} is not known`;
    if (computed.has(key)) return `${path} is found out by deploying, and may not be set`;
    const meant = nearest(key, known);
    return `${path} is no parameter of any template${meant === undefined ? '' : ` (${meant}?)`}`;
  });
}

/**
 * Reads and checks the text of a stage's file.
 * @param file its name, for errors
 * @throws Misuse with one line that names every fault
 */
export function readStageText(text: string, { file, templates }: { file: string; templates: readonly WithParameters[] }): StageFile {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined) throw new Misuse(`${file} is not YAML: ${broken.message.split('\n')[0]}`);
  const result = fileSchema(templates).safeParse(document.toJS() ?? {});
  if (!result.success) {
    const known = new Set(templates.flatMap(({ parameters }) => Object.keys(parameters)));
    throw new Misuse(`${file}: ${result.error.issues.flatMap((issue) => explain(issue, known)).join('; ')}.`);
  }
  const { region, account, parameters, ...rest } = result.data;
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { region, account, ...rest, parameters: Object.fromEntries(given) };
}

/** @param given another file than config/<stage>.yaml. @throws Misuse */
export function readStageFile(stage: Stage, templates: readonly WithParameters[], given?: string): StageFile {
  const path = given ?? join(root, 'config', `${stage}.yaml`);
  const file = given ?? relative(root, path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Misuse(`${file} cannot be read: it configures the stage ${stage}.`);
  }
  return readStageText(text, { file, templates });
}
