import { type EmbeddedMeasure, inCloudWatch, type Unit } from './metrics.ts';

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
export function embedMetrics(
  measures: readonly EmbeddedMeasure[],
  namespace: string,
  shared: Record<string, string>,
  at: number,
): Document[] {
  const documents: Document[] = [];
  for (const measure of measures) {
    const dimensions = [...Object.keys(shared), ...Object.keys(measure.dimensions)];
    const known = documents.find((document) => fits(document, measure, dimensions));
    const document = known ?? { _aws: { Timestamp: at, CloudWatchMetrics: [] }, ...shared };
    if (!known) documents.push(document);
    embed(document, measure, namespace, dimensions);
  }
  return documents;
}

const directiveOf = (document: Document, dimensions: string[]) =>
  document._aws.CloudWatchMetrics.find(({ Dimensions }) => String(Dimensions[0]) === String(dimensions));
const counts = (directive: Directive | undefined, name: string) => directive?.Metrics.some(({ Name }) => Name === name) === true;

/** Whether a document has the measure's dimensions at its values, or not at all, and its name for nothing else. */
function fits(document: Document, { name, dimensions }: EmbeddedMeasure, names: string[]): boolean {
  const values = document[name];
  const free = values === undefined || (counts(directiveOf(document, names), name) && [values].flat().length < valuesLimit);
  return free && Object.entries(dimensions).every(([key, value]) => document[key] === undefined || document[key] === value);
}

function embed(document: Document, { name, value, dimensions }: EmbeddedMeasure, namespace: string, names: string[]): void {
  const known = directiveOf(document, names);
  const directive = known ?? { Namespace: namespace, Dimensions: [names], Metrics: [] };
  if (!known) document._aws.CloudWatchMetrics.push(directive);
  if (!counts(directive, name)) directive.Metrics.push({ Name: name, Unit: inCloudWatch[name] });
  document[name] = document[name] === undefined ? value : [document[name], value].flat();
  Object.assign(document, dimensions);
}
