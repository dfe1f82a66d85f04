import { byRoute, type Figures } from '#functions/demo/lib/traffic/figures.ts';

const failedOf = ({ failed }: Figures): number => Object.values(failed).reduce((sum, count) => sum + count, 0);

/** How a run stands, on one line. */
export function lineOf(figures: Figures, { second, seconds }: { second: number; seconds: number }): string {
  const { arrived, dropped, sent, ok } = figures;
  const parts = [`${second} of ${seconds} s`, `${arrived} shoppers`, `${sent} requests`, `${ok} ok`, `${failedOf(figures)} failed`];
  return [...parts, ...(dropped > 0 ? [`${dropped} shoppers dropped`] : [])].join('  ');
}

/** What came of a run: times in ms by route, and failures by code. */
export function tableOf(figures: Figures): string {
  const routes = byRoute(figures).map(({ route, count, p50, p95, p99 }) => [route, count, p50, p95, p99].map(String));
  const failures = Object.entries(figures.failed).sort(([, one], [, other]) => other - one);
  return [
    ...aligned([['route', 'requests', 'p50', 'p95', 'p99'], ...routes]),
    '',
    ...(failures.length === 0
      ? ['Nothing failed.']
      : aligned([['failed', 'requests'], ...failures.map(([code, count]) => [code, String(count)])])),
  ].join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
}
