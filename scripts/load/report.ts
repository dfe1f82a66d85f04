import { cpus, loadavg, totalmem } from 'node:os';
import { table } from '../docs/generated-part.ts';
import type { Drive } from './drive.ts';
import type { Growth, Sighting, Watched } from './growth.ts';
import { percentile, type Sample, sortedTimes, type Verdict } from './judge.ts';

/** What the numbers depend on. @param before the machine's load (1 minute) before it began: what else it had to do */
export function machineFacts(before: number, at = new Date()): string {
  const [cpu] = cpus();
  const memory = `${(totalmem() / 1024 ** 3).toFixed(0)} GB`;
  return `${at.toISOString().slice(0, 10)}, ${cpus().length} cores (${cpu?.model.trim() || 'model unknown'}), ${memory}, Node ${process.versions.node}; load of the machine before: ${before.toFixed(1)}`;
}

export const machineLoad = (): number => loadavg()[0] ?? 0;

/** Times by route, the most asked first, and of all. */
export function routesTable(samples: readonly Sample[]): string {
  const byRoute = new Map<string, Sample[]>();
  for (const sample of samples) byRoute.set(sample.route, [...(byRoute.get(sample.route) ?? []), sample]);
  const rows = [...byRoute].sort(([, a], [, b]) => b.length - a.length).map(([route, some]) => row(`\`${route}\``, some));
  return table(['Route', 'Requests', 'Failed', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms'], [...rows, row('**all**', samples)]);
}

function row(name: string, samples: readonly Sample[]): string[] {
  const times = sortedTimes(samples);
  const ms = (share: number) => percentile(times, share).toFixed(0);
  return [name, String(samples.length), String(samples.filter(({ failed }) => failed).length), ms(0.5), ms(0.95), ms(0.99), ms(1)];
}

export function verdictsTable(verdicts: readonly Verdict[]): string {
  const shown = (value: number) => (value < 1.5 ? value.toFixed(4) : `${value.toFixed(0)} ms`);
  return table(
    ['Threshold', 'Measured', 'Kept'],
    verdicts.map(({ threshold, measured, kept }) => [`\`${threshold}\``, shown(measured), kept ? 'yes' : '**no**']),
  );
}

export function driveSummary({ samples, visits, seconds, checks, broken }: Drive): string {
  const lines = [
    `${visits} visits, ${samples.length} requests in ${seconds.toFixed(0)} s: ${(samples.length / seconds).toFixed(1)} a second.`,
  ];
  lines.push(`${checks.held + checks.broken} checks, ${checks.broken} broken.`);
  for (const [what, times] of broken) lines.push(`- broken ${times} times: ${what}`);
  return lines.join('\n');
}

const names: Record<Watched, string> = { memoryBytes: 'memory of the gateway', connections: 'connections', waiting: 'waiting events' };
const shown = (what: Watched, value: number) => (what === 'memoryBytes' ? `${(value / 1024 ** 2).toFixed(0)} MB` : String(value));

export function growthTable(judged: readonly Growth[], sightings: readonly Sighting[]): string {
  const highest = (what: Watched) => shown(what, Math.max(...sightings.map((each) => each[what])));
  return table(
    ['Watched', 'Second quarter', 'Last quarter', 'Highest', 'Grows'],
    judged.map(({ what, before, after, grows }) => [
      names[what],
      shown(what, before),
      shown(what, after),
      highest(what),
      grows ? '**yes**' : 'no',
    ]),
  );
}
