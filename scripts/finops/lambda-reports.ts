/** Lambda's report of each invocation, read from logs as `aws logs tail`, `aws logs filter-log-events` or `sam local` give them. */
export interface Report {
  /** `rumshop-cart-add-item-dev`; empty where the line does not say. */
  name: string;
  billedMs: number;
  memoryMb: number;
  usedMb: number;
}

/** A stream of a log group that several functions share is named `2026/11/26/<function>[<version>]<id>`. */
const nameIn = (text: string): string => /\d{4}\/\d{2}\/\d{2}\/([\w-]+)\[/.exec(text)?.[1] ?? '';
const number = (text: string, label: string): number => Number(new RegExp(`${label}: ([\\d.]+) (?:ms|MB)`).exec(text)?.[1] ?? Number.NaN);

function ofText(line: string): Report | undefined {
  const at = line.indexOf('REPORT RequestId:');
  if (at === -1) return undefined;
  const text = line.slice(at);
  const report = {
    name: nameIn(line.slice(0, at)),
    billedMs: number(text, 'Billed Duration'),
    memoryMb: number(text, 'Memory Size'),
    usedMb: number(text, 'Max Memory Used'),
  };
  return [report.billedMs, report.memoryMb, report.usedMb].every(Number.isFinite) ? report : undefined;
}

interface PlatformReport {
  type?: string;
  record?: { metrics?: { billedDurationMs?: number; memorySizeMB?: number; maxMemoryUsedMB?: number } };
}

function ofJson(line: string): Report | undefined {
  const at = line.indexOf('{');
  if (at === -1 || !line.includes('platform.report')) return undefined;
  let parsed: PlatformReport;
  try {
    parsed = JSON.parse(line.slice(at)) as PlatformReport;
  } catch {
    return undefined; // cut off, or no JSON at all
  }
  const { billedDurationMs, memorySizeMB, maxMemoryUsedMB } = parsed.record?.metrics ?? {};
  if (parsed.type !== 'platform.report' || billedDurationMs === undefined || memorySizeMB === undefined || maxMemoryUsedMB === undefined)
    return undefined;
  return { name: nameIn(line.slice(0, at)), billedMs: billedDurationMs, memoryMb: memorySizeMB, usedMb: maxMemoryUsedMB };
}

/** Lines of text. What `aws logs filter-log-events` answers, one JSON document, becomes lines with their stream before them. */
export function linesOf(text: string): string[] {
  if (text.trimStart().startsWith('{')) {
    try {
      const { events } = JSON.parse(text) as { events?: { logStreamName?: string; message?: string }[] };
      if (Array.isArray(events)) return events.map(({ logStreamName = '', message = '' }) => `${logStreamName} ${message.trim()}`);
    } catch {
      // several documents, one a line
    }
  }
  return text.split(/\r?\n/);
}

/** Every invocation that the lines report, and each function that they name at all. */
export function readReports(lines: Iterable<string>): { reports: Report[]; named: Set<string> } {
  const reports: Report[] = [];
  const named = new Set<string>();
  for (const line of lines) {
    const report = ofJson(line) ?? ofText(line);
    if (report !== undefined) reports.push(report);
    const name = report?.name || nameIn(line) || (/"function_name":\s*"([\w-]+)"/.exec(line)?.[1] ?? '');
    if (name !== '') named.add(name);
  }
  return { reports, named };
}
