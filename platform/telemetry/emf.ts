/** A value to count or to time. Dimensions must have few values: never an id, a path or a name that callers choose. */
export interface Measure {
  name: string;
  value: number;
  unit: Unit;
  dimensions: Record<string, string>;
  /** Also added up over all values of its dimensions. Not for money: currencies do not add. */
  rollUp: boolean;
}

/** Of CloudWatch's units, those in use. */
export type Unit = 'Count' | 'Milliseconds' | 'None';

interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string; Unit: Unit }[];
}
type Document = Record<string, unknown> & { _aws: { Timestamp: number; CloudWatchMetrics: Directive[] } };

const valuesLimit = 100;

/**
 * Measures as CloudWatch's embedded metric format: members that make any JSON log line count. A dimension's value is a member of the line, so
 * measures that differ in one need another line; measures of one request never do.
 * @param shared dimensions of every measure
 */
export function embedMetrics(measures: readonly Measure[], namespace: string, shared: Record<string, string>, at: number): Document[] {
  const documents: Document[] = [];
  for (const measure of measures) {
    const { rollUp, dimensions } = measure;
    const own = [...Object.keys(shared), ...Object.keys(dimensions)];
    const sets = rollUp ? [Object.keys(shared), own] : [own];
    const known = documents.find((document) => fits(document, measure, sets));
    const document = known ?? { _aws: { Timestamp: at, CloudWatchMetrics: [] }, ...shared };
    if (!known) documents.push(document);
    embed(document, measure, namespace, sets);
  }
  return documents;
}

const directiveOf = (document: Document, sets: string[][]) =>
  document._aws.CloudWatchMetrics.find(({ Dimensions }) => JSON.stringify(Dimensions) === JSON.stringify(sets));
const counts = (directive: Directive | undefined, name: string) => directive?.Metrics.some(({ Name }) => Name === name) === true;

/** Whether a document has the measure's dimensions at its values, or not at all, and its name for nothing else. */
function fits(document: Document, { name, dimensions }: Measure, sets: string[][]): boolean {
  const values = document[name];
  const free = values === undefined || (counts(directiveOf(document, sets), name) && [values].flat().length < valuesLimit);
  return free && Object.entries(dimensions).every(([key, value]) => document[key] === undefined || document[key] === value);
}

function embed(document: Document, { name, value, unit, dimensions }: Measure, namespace: string, sets: string[][]): void {
  const known = directiveOf(document, sets);
  const directive = known ?? { Namespace: namespace, Dimensions: sets, Metrics: [] };
  if (!known) document._aws.CloudWatchMetrics.push(directive);
  if (!counts(directive, name)) directive.Metrics.push({ Name: name, Unit: unit });
  document[name] = document[name] === undefined ? value : [document[name], value].flat();
  Object.assign(document, dimensions);
}
