/** A Black Friday as one picture: rate and failures, times, what waits, and the faults as bars, over one axis of time. Readable in light and dark. */
import { type BlackFriday, type Second, sum } from './record.ts';
import { failuresOf } from './table.ts';

const width = 960;
const left = 72;
const right = 16;
const plotWidth = width - left - right;
const bar = 16;

/** One colour a series, told apart by brightness too; the text says the same. */
const style = `
  svg { --ink: #1b1f24; --soft: #6b7280; --line: #d4d7dc; --band: #f1f3f5; --paper: #ffffff; --ok: #2f7d5b; --bad: #b3261e; --p50: #3367c4; --p95: #a35200; --wait: #6d4aa8; --fault: #c98a2b }
  @media (prefers-color-scheme: dark) { svg { --ink: #e8eaed; --soft: #9aa3ad; --line: #3a4048; --band: #1f242b; --paper: #14171c; --ok: #63c197; --bad: #ff8a80; --p50: #8ab4ff; --p95: #ffb86b; --wait: #bfa3f0; --fault: #e0ad5c } }
  text { font: 12px system-ui, sans-serif; fill: var(--ink) } .soft { fill: var(--soft) } .title { font-size: 15px; font-weight: 600 }
  .axis { stroke: var(--line); stroke-width: 1 } .line { fill: none; stroke-width: 1.5; stroke-linejoin: round }`;

interface Series {
  name: string;
  colour: string;
  value(second: Second): number | null;
  /** Filled down to the axis. */
  area?: boolean;
}

interface Panel {
  title: string;
  unit: string;
  height: number;
  series: Series[];
}

const panels: Panel[] = [
  {
    title: 'Requests a second',
    unit: '/s',
    height: 130,
    series: [
      { name: 'sent', colour: '--ok', value: ({ sent }) => sent },
      { name: 'failed', colour: '--bad', value: ({ failed }) => sum(failed), area: true },
    ],
  },
  {
    title: 'Time of answers',
    unit: ' ms',
    height: 130,
    series: [
      { name: 'p95', colour: '--p95', value: ({ p95 }) => p95 },
      { name: 'p50', colour: '--p50', value: ({ p50 }) => p50 },
    ],
  },
  {
    title: 'Events that wait',
    unit: '',
    height: 80,
    series: [{ name: 'outbox, queues, stream', colour: '--wait', value: ({ waiting }) => waiting, area: true }],
  },
  {
    title: 'Database sessions',
    unit: '',
    height: 80,
    series: [
      { name: 'of functions', colour: '--p50', value: ({ connections }) => connections },
      { name: 'waiting for a lock', colour: '--p95', value: ({ lockWaits }) => lockWaits },
      { name: 'held by faults', colour: '--bad', value: ({ held }) => held, area: true },
    ],
  },
];

/** @returns the SVG, complete, without scripts or anything from elsewhere */
export function plotOf(record: BlackFriday): string {
  const { seconds, phases, faults, seed, speed } = record;
  const end = Math.max(1, ...seconds.map(({ at }) => at + 1), ...phases.map(({ to }) => to));
  const x = (at: number) => round(left + (Math.min(at, end) / end) * plotWidth);
  const parts: string[] = [];
  let top = 64;
  const panelsTop = top;
  for (const panel of panels) {
    parts.push(panelOf(panel, seconds, top, x));
    top += panel.height + 34;
  }
  parts.push(text(left, top, 'Faults', 'class="title"'));
  top += 8;
  faults.forEach(({ name, strength, from, to }, row) => {
    const y = top + row * (bar + 4);
    const label = `${name} ${strength}`;
    const after = x(to) < width - 190;
    parts.push(`<rect x="${x(from)}" y="${y}" width="${round(Math.max(x(to) - x(from), 2))}" height="${bar}" fill="var(--fault)"/>`);
    parts.push(text(after ? x(to) + 6 : x(from) - 6, y + 12, label, after ? '' : 'text-anchor="end"'));
  });
  const bottom = top + faults.length * (bar + 4) + 6;
  const bands = phases.map(
    ({ name, from, to }, i) =>
      `<rect x="${x(from)}" y="40" width="${round(x(to) - x(from))}" height="${bottom - 40}" fill="var(${i % 2 === 0 ? '--band' : '--paper'})"/>${text((x(from) + x(to)) / 2, 54, name, 'text-anchor="middle" class="soft"')}`,
  );
  const ticks = timesBetween(end).map(
    (at) =>
      `<line class="axis" x1="${x(at)}" x2="${x(at)}" y1="${panelsTop}" y2="${bottom}" stroke-dasharray="2 4"/>${text(x(at), bottom + 16, `${at} s`, 'text-anchor="middle" class="soft"')}`,
  );
  const height = bottom + 28;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">Black Friday, seed ${seed}, speed ${speed.toFixed(2)}</title>
<desc id="desc">${escaped(description(record))}</desc>
<style>${style}</style>
<rect width="${width}" height="${height}" fill="var(--paper)"/>
${text(left, 26, `Black Friday: seed ${seed}, speed ${speed.toFixed(2)}`, 'class="title"')}
${[...bands, ...ticks, ...parts].join('\n')}
</svg>
`;
}

/** What the picture shows, for who does not see it. */
export function description({ seconds, phases, faults }: BlackFriday): string {
  const sent = seconds.reduce((all, each) => all + each.sent, 0);
  const failed = Object.entries(failuresOf(seconds)).map(([code, count]) => `${count} ${code}`);
  const slowest = seconds.reduce<Second | undefined>((most, each) => ((each.p95 ?? 0) > (most?.p95 ?? 0) ? each : most), undefined);
  return [
    `${sent} requests in ${seconds.length} seconds over the phases ${phases.map(({ name }) => name).join(', ')}.`,
    `Failed: ${failed.join(', ') || 'none'}.`,
    `The highest p95 is ${slowest?.p95?.toFixed(0) ?? 'unknown'} ms, at second ${slowest?.at.toFixed(0) ?? 'unknown'}.`,
    ...faults.map(({ name, from, to }) => `${name} from ${from.toFixed(0)} to ${to.toFixed(0)} s.`),
  ].join(' ');
}

function panelOf({ title, unit, height, series }: Panel, seconds: readonly Second[], top: number, x: (at: number) => number): string {
  const highest = niceCeiling(Math.max(1, ...seconds.flatMap((second) => series.map(({ value }) => value(second) ?? 0))));
  const bottom = top + 18 + height;
  const y = (value: number) => round(bottom - (value / highest) * height);
  const legend = series.map(({ name, colour }, i) =>
    text(width - right - (series.length - 1 - i) * 130, top + 10, name, `text-anchor="end" style="fill:var(${colour})"`),
  );
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<line class="axis" x1="${left}" x2="${width - right}" y1="${y(share * highest)}" y2="${y(share * highest)}"/>${text(left - 6, y(share * highest) + 4, `${share * highest}${unit}`, 'text-anchor="end" class="soft"')}`,
  );
  const lines = series.map(({ colour, value, area }) => {
    const runs = unbroken(seconds, value);
    const d = runs.map((run) => run.map(({ at, known }, i) => `${i === 0 ? 'M' : 'L'}${x(at)} ${y(known)}`).join('')).join('');
    const filled = runs
      .filter((run) => run.length > 1)
      .map(
        (run) =>
          `M${x(run[0]?.at ?? 0)} ${bottom}${run.map(({ at, known }) => `L${x(at)} ${y(known)}`).join('')}L${x(run.at(-1)?.at ?? 0)} ${bottom}Z`,
      )
      .join('');
    return `${area ? `<path d="${filled}" fill="var(${colour})" fill-opacity="0.35"/>` : ''}<path class="line" d="${d}" stroke="var(${colour})"/>`;
  });
  return [text(left, top + 10, title, 'class="title"'), ...legend, ...grid, ...lines].join('\n');
}

/** Runs of seconds whose value is known: a second without answers is a gap, not a zero. */
function unbroken(seconds: readonly Second[], value: (second: Second) => number | null): { at: number; known: number }[][] {
  const runs: { at: number; known: number }[][] = [[]];
  for (const second of seconds) {
    const known = value(second);
    if (known === null) runs.push([]);
    else runs.at(-1)?.push({ at: second.at, known });
  }
  return runs.filter((run) => run.length > 0);
}

/** The next of 1, 2, 5, 10, 20, 50 … */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((each) => each * power >= value) ?? 10;
  return step * power;
}

/** About a dozen round instants. */
function timesBetween(end: number): number[] {
  const step = [5, 10, 15, 30, 60, 120, 300].find((each) => end / each <= 13) ?? 600;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);
}

const round = (value: number): number => Math.round(value * 10) / 10;
const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`;
const escaped = (content: string): string => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
