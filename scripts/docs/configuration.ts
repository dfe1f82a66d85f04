import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseTemplate } from '#local/template-yaml.ts';
import type { Stage } from '../command-line.ts';
import { stages } from '../command-line.ts';
import { computedNames } from '../deploy/parameters.ts';
import { parts } from '../deploy/stacks.ts';
import { readStageFile } from '../deploy/stage-file.ts';
import { readTemplate, type TemplateFile, type TemplateParameter } from '../deploy/template-file.ts';
import { root } from '../function-files.ts';
import { table, withGeneratedPart } from './generated-part.ts';

const templatesHere = (): TemplateFile[] =>
  [{ template: 'infra/bootstrap.yaml' }, ...parts]
    .filter(({ template }) => existsSync(join(root, template)))
    .map(({ template }) => readTemplate(template));

const code = (text: string) => (text === '' ? 'empty' : `\`${text.replaceAll('|', '\\|')}\``);
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

interface Row {
  name: string;
  rule: TemplateParameter;
  files: string[];
}

/** Every parameter of every template of a stage, once, with the templates that have it. */
function rows(templates: readonly TemplateFile[]): Row[] {
  const all = new Map<string, Row>();
  for (const { file, parameters } of templates) {
    for (const [name, rule] of Object.entries(parameters)) {
      const row = all.get(name) ?? { name, rule, files: [] };
      row.files.push(file);
      // The template that says what it is says it for all.
      if (row.rule.Description === undefined) row.rule = rule;
      all.set(name, row);
    }
  }
  return [...all.values()].sort((a, b) => a.name.localeCompare(b.name));
}

const valuesText = ({ Type, AllowedValues, MinValue, MaxValue }: TemplateParameter): string => {
  if (AllowedValues !== undefined) return AllowedValues.map((value) => code(String(value))).join(', ');
  if (Type !== 'Number') return Type.startsWith('List<') || Type === 'CommaDelimitedList' ? 'list' : 'text';
  return `number${MinValue === undefined ? '' : ` from ${MinValue}`}${MaxValue === undefined ? '' : ` to ${MaxValue}`}`;
};

function settable(list: readonly Row[], promised: ReadonlySet<string>, byStage: Record<Stage, Record<string, string>>): string {
  const own = list.filter(({ name, rule }) => !computedNames.some((computed) => computed === name) && !promised.has(name) && !rule.NoEcho);
  return table(
    ['Parameter', 'Default', 'Values', 'What it is', 'Templates'],
    own.map(({ name, rule, files }) => {
      const set = stages.flatMap((stage) => (byStage[stage][name] === undefined ? [] : [`${stage} ${code(byStage[stage][name])}`]));
      const preset = rule.Default === undefined ? 'none' : code(String(rule.Default));
      return [
        `\`${name}\``,
        [preset, ...set].join('; '),
        valuesText(rule),
        cell(rule.Description ?? ''),
        files.map((file) => file.replace('infra/', '')).join(', '),
      ];
    }),
  );
}

function passedOn(list: readonly Row[], templates: readonly TemplateFile[], promised: ReadonlySet<string>): string {
  const giver = (name: string) => templates.find(({ outputs }) => outputs.includes(name))?.file ?? '';
  return table(
    ['Parameter', 'Comes from', 'What it is'],
    list
      .filter(({ name }) => computedNames.some((computed) => computed === name) || promised.has(name))
      .map(({ name, rule }) => [
        `\`${name}\``,
        computedNames.some((computed) => computed === name) ? 'deploying finds it out' : `an output of ${giver(name)}`,
        cell(rule.Description ?? ''),
      ]),
  );
}

/** Names that a template's value refers to. */
function references(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(/\$\{([A-Za-z0-9:.]+)\}/g)].map(([, name]) => name ?? '');
  if (Array.isArray(value)) return value.flatMap(references);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' || key === 'Condition') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String((inner as unknown[])[0])];
    return references(inner);
  });
}

interface Functions {
  Conditions: Record<string, unknown>;
  Globals: { Function: { Environment: { Variables: Record<string, unknown> } } };
  Resources: Record<string, { Type: string; Properties?: { Environment?: { Variables?: Record<string, unknown> } } }>;
}

/** Every variable of a function, and the parameters that its value is made of. */
function variables({ text, parameters }: TemplateFile): string {
  const { Conditions, Globals, Resources } = parseTemplate(text) as Functions;
  const found = new Map<string, { values: unknown[]; on: number | 'all' }>();
  for (const [name, value] of Object.entries(Globals.Function.Environment.Variables)) found.set(name, { values: [value], on: 'all' });
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::Serverless::Function') continue;
    for (const [name, value] of Object.entries(Properties?.Environment?.Variables ?? {})) {
      const entry = found.get(name) ?? { values: [], on: 0 };
      entry.values.push(value);
      if (entry.on !== 'all') entry.on += 1;
      found.set(name, entry);
    }
  }
  const parametersIn = (value: unknown): string[] =>
    references(value).flatMap((name) => {
      if (Object.hasOwn(parameters, name)) return [name];
      return /^If$|^HasDatadog/.test(name) || !Object.hasOwn(Conditions, name) ? [] : parametersIn(Conditions[name]);
    });
  const secretIn = (value: unknown) => /SecretString:(\w+)/.exec(JSON.stringify(value))?.[1];
  return table(
    ['Variable', 'On', 'Made of'],
    [...found]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, { values, on }]) => {
        const made = [...new Set(values.flatMap(parametersIn))].filter(
          (parameter) => parameter !== 'SecretsArn' && parameter !== 'SecretsVersion',
        );
        const secret = values.map(secretIn).find((key) => key !== undefined);
        const texts = [...(secret === undefined ? [] : [`the secret’s key \`${secret}\``]), ...made.map((parameter) => `\`${parameter}\``)];
        const fixed = values.find((value) => typeof value === 'string' || typeof value === 'number');
        return [
          `\`${name}\``,
          on === 'all' ? 'all functions' : `${on} of them`,
          texts.join(', ') || (fixed === undefined ? 'the stack itself' : code(String(fixed))),
        ];
      }),
  );
}

/** docs/configuration.md as the templates and config/*.yaml say it now. */
export function configurationPage(page: string): string {
  const templates = templatesHere();
  const [bootstrap, ...ofStage] = templates[0]?.file === 'infra/bootstrap.yaml' ? templates : [undefined, ...templates];
  const app = templates.find(({ file }) => file === 'template.yaml');
  if (app === undefined) throw new Error('template.yaml is missing');
  const promised = new Set(templates.flatMap(({ outputs }) => outputs));
  const list = rows(ofStage.filter((each) => each !== undefined));
  const byStage = Object.fromEntries(
    stages.map((stage) => [
      stage,
      readStageFile(
        stage,
        ofStage.filter((each) => each !== undefined),
      ).parameters,
    ]),
  ) as Record<Stage, Record<string, string>>;
  return withGeneratedPart(
    page,
    [
      '## Parameters that a stage’s file may set',
      'The default is the template’s; a stage that has another one is named behind it.',
      settable(list, promised, byStage),
      '## Parameters that come by themselves',
      'A stage’s file may set the outputs among them, for a VPC, a database or a cache of one’s own.',
      passedOn(list, templates, promised),
      ...(bootstrap === undefined
        ? []
        : [
            '## Parameters of the account’s own stack',
            '`kelvo-bootstrap` is deployed once an account ([first-deploy.md](first-deploy.md)).',
            settable(rows([bootstrap]), new Set(), { dev: {}, staging: {}, prod: {} }),
          ]),
      '## Variables of the functions',
      'The [README](../README.md#variables) says what each is for. Nobody sets them by hand: template.yaml makes them of parameters and of the secret.',
      variables(app),
    ].join('\n\n'),
  );
}
