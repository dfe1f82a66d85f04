import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePattern } from '#local/pumps/patterns.ts';
import type { Tree } from '#local/template-values.ts';
import { parseTemplate } from '#local/template-yaml.ts';
import { functionFiles, root } from '../function-files.ts';

interface Resource {
  Type: string;
  Properties?: Tree;
}
type Arn = { 'Fn::GetAtt': [id: string, attribute: string] };
interface FunctionEvent {
  Type: string;
  Properties?: { Queue?: Arn; Stream?: Arn };
}

const { Resources } = parseTemplate(readFileSync(join(root, 'template.yaml'), 'utf8')) as { Resources: Record<string, Resource> };
const ofType = (type: string) => Object.entries(Resources).filter(([, resource]) => resource.Type === type);
const idOf = (arn: Arn | undefined) => arn?.['Fn::GetAtt'][0];

const rules = ofType('AWS::Events::Rule').map(([id, { Properties = {} }]) => {
  const { detail: _, ...names } = Properties.EventPattern as Tree; // of AWS's own events: ours are chosen by their type
  return { matches: compilePattern(names, id), targets: (Properties.Targets as { Arn: Arn }[]).map(({ Arn }) => idOf(Arn)) };
});
/** The queue or stream of each function that reads one. */
const readers = ofType('AWS::Serverless::Function').flatMap(([id, { Properties = {} }]) =>
  Object.values((Properties.Events ?? {}) as Record<string, FunctionEvent>).flatMap(({ Properties: { Queue, Stream } = {} }) => {
    const source = idOf(Queue ?? Stream);
    return source === undefined ? [] : [{ id, source }];
  }),
);

/** The files of the functions that one of our events reaches, by the rules of the template. */
export function consumersOf(type: string): string[] {
  const event = { source: 'kelvo', 'detail-type': type };
  const reached = rules.filter(({ matches }) => matches(event)).flatMap(({ targets }) => targets);
  const ids = new Set(readers.filter(({ source }) => reached.includes(source)).map(({ id }) => id));
  return functionFiles()
    .filter(({ logicalId }) => ids.has(logicalId))
    .map(({ file }) => file);
}
