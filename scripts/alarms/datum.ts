/** What CloudWatch was sent of a metric at one moment. */
export interface Datum {
  namespace: string;
  name: string;
  /** Name → value. */
  dimensions: Record<string, string>;
  /** Unix time, s. */
  at: number;
  values: readonly number[];
}

/** A metric by what makes it one: CloudWatch adds nothing up over dimensions, so `{ApiId}` and `{ApiId, Stage}` are two. */
export const metricKey = ({ namespace, name, dimensions }: Pick<Datum, 'namespace' | 'name' | 'dimensions'>): string =>
  [namespace, name, ...Object.entries(dimensions).map(([key, value]) => `${key}=${value}`)].toSorted().join(' ');

interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string }[];
}

/** What CloudWatch takes out of a log line in its embedded metric format; nothing where the line has none. */
export function dataOfLine(line: Record<string, unknown>): Datum[] {
  const embedded = line._aws as { Timestamp: number; CloudWatchMetrics: Directive[] } | undefined;
  if (!embedded) return [];
  return embedded.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name }) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, String(line[name])])),
        at: embedded.Timestamp / 1000,
        values: [line[Name]].flat().map(Number),
      })),
    ),
  );
}

/** The same for `PutMetricData`, which takes 1,000 metrics a call: to send a series to a CloudWatch, or to what stands for it. */
export function asMetricData(data: readonly Datum[]): { Namespace: string; MetricData: object[] }[] {
  const namespaces = [...new Set(data.map(({ namespace }) => namespace))];
  return namespaces.flatMap((namespace) => {
    const own = data.filter((datum) => datum.namespace === namespace);
    return Array.from({ length: Math.ceil(own.length / 1000) }, (_, call) => ({
      Namespace: namespace,
      MetricData: own.slice(call * 1000, (call + 1) * 1000).map(({ name, dimensions, at, values }) => ({
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        Timestamp: new Date(at * 1000),
        Values: values,
      })),
    }));
  });
}
