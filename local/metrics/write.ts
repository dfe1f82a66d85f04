/** Writes metrics as text. */
import { type Family, type FamilyName, families } from './families.ts';
import type { Registry } from './registry.ts';

export type Format = 'openmetrics' | 'prometheus';

export const contentTypes: Record<Format, string> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
};

/** Prometheus's older text is for whoever asks for plain text and not for OpenMetrics: a browser, or `promtool check metrics`, which reads nothing else. */
export function formatFor(accept = '*/*'): Format {
  return /text\/(plain|html)/.test(accept) && !/application\/openmetrics-text/.test(accept) ? 'prometheus' : 'openmetrics';
}

/**
 * All families that have samples.
 * @see https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function writeMetrics({ samplesOf }: Pick<Registry, 'samplesOf'>, format: Format): string {
  const lines: string[] = [];
  for (const name of Object.keys(families) as FamilyName[]) {
    const samples = samplesOf(name);
    if (samples.length === 0) continue;
    lines.push(...headOf(name, families[name], format));
    for (const { suffix, labels, value } of samples) lines.push(`${name}${suffix}${writtenLabels(labels)} ${writtenNumber(value)}`);
  }
  if (format === 'openmetrics') lines.push('# EOF');
  return `${lines.join('\n')}\n`;
}

function headOf(name: string, { type, help, unit }: Family, format: Format): string[] {
  if (format === 'openmetrics')
    return [
      `# TYPE ${name} ${type}`,
      ...(unit ? [`# UNIT ${name} ${unit}`] : []),
      `# HELP ${name} ${escaped(help).replaceAll('"', '\\"')}`,
    ];
  // There a counter is named as its samples are, and an info is a gauge.
  const sampleName = type === 'counter' ? `${name}_total` : type === 'info' ? `${name}_info` : name;
  return [`# HELP ${sampleName} ${escaped(help)}`, `# TYPE ${sampleName} ${type === 'info' ? 'gauge' : type}`];
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function writtenLabels(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function writtenNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
