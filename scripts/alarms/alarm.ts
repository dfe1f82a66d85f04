/** A metric alarm as CloudFormation describes it, with every intrinsic function evaluated. */
export interface Alarm {
  name: string;
  description: string;
  /** Seconds. */
  period: number;
  /** The N of "M of N". */
  evaluationPeriods: number;
  /** The M. */
  datapointsToAlarm: number;
  operator: keyof typeof comparisons;
  threshold: number;
  missing: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
  /** What becomes of percentiles of too few values. */
  lowSamples: 'evaluate' | 'ignore';
  /** Undefined: the value is that of the only metric. */
  expression: string | undefined;
  metrics: AlarmMetric[];
  actions: unknown[];
}

export interface AlarmMetric {
  id: string;
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  statistic: string;
}

export interface CompositeAlarm {
  name: string;
  description: string;
  rule: string;
  actions: unknown[];
}

export const comparisons = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
};

interface MetricProperties {
  Namespace: string;
  MetricName: string;
  Dimensions?: { Name: string; Value: string }[];
}
interface MetricQuery {
  Id: string;
  Expression?: string;
  ReturnData?: boolean;
  MetricStat?: { Metric: MetricProperties; Period: number; Stat: string };
}
export interface AlarmProperties extends MetricProperties {
  AlarmName: string;
  AlarmDescription: string;
  Metrics?: MetricQuery[];
  Statistic?: string;
  ExtendedStatistic?: string;
  EvaluateLowSampleCountPercentile?: 'evaluate' | 'ignore';
  Period?: number;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  ComparisonOperator: keyof typeof comparisons;
  Threshold: number | string;
  TreatMissingData?: Alarm['missing'];
  AlarmActions?: unknown[];
}

const metricOf = (id: string, { Namespace, MetricName, Dimensions = [] }: MetricProperties, statistic: string): AlarmMetric => ({
  id,
  namespace: Namespace,
  name: String(MetricName),
  dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  statistic,
});

/** @throws Error where CloudWatch would refuse the alarm */
export function alarmOf(properties: AlarmProperties): Alarm {
  const { AlarmName: name, Metrics = [], Statistic, ExtendedStatistic } = properties;
  const stats = Metrics.flatMap(({ Id, MetricStat }) => (MetricStat ? [{ id: Id, ...MetricStat }] : []));
  const answers = Metrics.filter(({ ReturnData = true }) => ReturnData);
  if (Metrics.length > 0 && (answers.length !== 1 || answers[0]?.Expression === undefined))
    throw new Error(`${name}: exactly one of its Metrics, an expression, must return data`);
  const periods = new Set(Metrics.length > 0 ? stats.map(({ Period }) => Period) : [properties.Period ?? 0]);
  const [period = 0, ...others] = periods;
  if (others.length > 0) throw new Error(`${name}: its metrics must have one period`);
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = properties;
  const range = period * EvaluationPeriods;
  if (range > (period < 3600 ? 86_400 : 604_800))
    throw new Error(`${name}: it may look back a day, with periods from an hour on seven days`);
  if (DatapointsToAlarm > EvaluationPeriods) throw new Error(`${name}: it waits for more data points than it looks at`);
  return {
    name,
    description: properties.AlarmDescription,
    period,
    evaluationPeriods: EvaluationPeriods,
    datapointsToAlarm: DatapointsToAlarm,
    operator: properties.ComparisonOperator,
    threshold: Number(properties.Threshold),
    missing: properties.TreatMissingData ?? 'missing',
    lowSamples: properties.EvaluateLowSampleCountPercentile ?? 'evaluate',
    expression: answers[0]?.Expression,
    metrics:
      Metrics.length > 0
        ? stats.map(({ id, Metric, Stat }) => metricOf(id, Metric, Stat))
        : [metricOf('value', properties, Statistic ?? ExtendedStatistic ?? '')],
    actions: properties.AlarmActions ?? [],
  };
}
