import { type Alarm, type AlarmMetric, comparisons } from './alarm.ts';
import { type Datum, metricKey } from './datum.ts';
import { readExpression } from './metric-math.ts';
import { samplesNeeded, shareOf, statisticOf } from './statistics.ts';

export type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/**
 * The state of an alarm at a moment, as CloudWatch would tell it.
 * @param data everything that was sent before `at`
 * @param at Unix time, s; the period that begins at or after it does not count
 * @param before the state until now, which `ignore` keeps
 * @param extraPeriods how much further back than the alarm says CloudWatch looks, in case data are late: that is not documented, its examples look at five of three
 */
export function evaluateAlarm(
  alarm: Alarm,
  data: readonly Datum[],
  at: number,
  before: State = 'INSUFFICIENT_DATA',
  extraPeriods = 2,
): State {
  const periods = alarm.evaluationPeriods + extraPeriods;
  const begin = Math.floor(at / alarm.period) * alarm.period - periods * alarm.period;
  const values = alarm.metrics.map((metric) => valuesByPeriod(metric, data, { begin, period: alarm.period, periods }));
  if (alarm.lowSamples === 'ignore' && values.slice(0, 1).some((of) => tooFew(alarm, of))) return before;
  const points = Array.from({ length: periods }, (_, i) => pointOf(alarm, values, i));
  return stateOf(alarm, points, before);
}

type Samples = (readonly number[] | undefined)[];

function valuesByPeriod(metric: AlarmMetric, data: readonly Datum[], range: { begin: number; period: number; periods: number }): Samples {
  const key = metricKey(metric);
  const found: (number[] | undefined)[] = Array.from({ length: range.periods }, () => undefined);
  for (const datum of data) {
    const index = Math.floor((datum.at - range.begin) / range.period);
    if (index < 0 || index >= range.periods || datum.values.length === 0 || metricKey(datum) !== key) continue;
    found[index] = [...(found[index] ?? []), ...datum.values];
  }
  return found;
}

/** Whether a percentile of the newest periods says nothing. */
function tooFew({ metrics: [metric], evaluationPeriods }: Alarm, samples: Samples): boolean {
  const share = shareOf(metric?.statistic ?? '');
  return share !== undefined && samples.slice(-evaluationPeriods).some((values) => values && values.length < samplesNeeded(share));
}

function pointOf({ metrics, expression }: Alarm, values: Samples[], index: number): number | undefined {
  const entries = metrics.map(({ id, statistic }, i) => {
    const samples = values[i]?.[index];
    return [id, samples && statisticOf(statistic, samples)] as const;
  });
  return expression === undefined ? entries[0]?.[1] : readExpression(expression).at(Object.fromEntries(entries));
}

type Rule = Pick<Alarm, 'evaluationPeriods' | 'datapointsToAlarm' | 'missing' | 'operator' | 'threshold'>;

/**
 * The state that data points make, the newest last. Where enough are there, missing ones play no part; otherwise they are filled in, as few as possible.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function stateOf(rule: Rule, points: readonly (number | undefined)[], before: State = 'INSUFFICIENT_DATA'): State {
  const { evaluationPeriods: n, datapointsToAlarm: m, missing } = rule;
  const breaches = points.map((point) => (point === undefined ? undefined : comparisons[rule.operator](point, rule.threshold)));
  const real = breaches.filter((breach) => breach !== undefined);
  const filled = Math.max(0, n - real.length);
  const breaching = real.slice(-n).filter(Boolean).length;
  if (filled > 0 && real.length === 0 && (missing === 'missing' || missing === 'ignore'))
    return missing === 'missing' ? 'INSUFFICIENT_DATA' : before;
  if (breaching + (missing === 'breaching' ? filled : 0) >= m) return 'ALARM';
  const nothingElse = filled > 0 && breaching > 0 && breaching === real.length;
  if (!nothingElse || missing === 'breaching' || missing === 'notBreaching') return 'OK';
  // All that is known is bad, and it is too little: ignore waits; missing believes it when it is as old as the alarm waits.
  const oldest = breaches.length - breaches.indexOf(true);
  return missing === 'ignore' ? before : oldest >= m ? 'ALARM' : 'OK';
}
