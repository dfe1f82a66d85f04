/** The functions' log lines, kept by the trace that they name. */

export interface LogLine {
  /** ISO. */
  at: string;
  level: string;
  message: string;
  service: string;
  /** 16 hex digits; null where the line names none. */
  spanId: string | null;
  /** All else that it says. */
  fields: Record<string, unknown>;
}

export interface LogLines {
  /** Takes a line that a function wrote; what names no trace is left aside. */
  note(line: string): void;
  of(traceId: string): LogLine[];
  version(): number;
  held(): { traces: number; lines: number; bytes: number };
}

const usualLimits = { lines: 20_000, bytes: 32 * 1024 * 1024, linesOfTrace: 500 };

/** When there are too many, the lines of whole traces go, those that began first before others. */
export function createLogLines(limits = usualLimits): LogLines {
  const byTrace = new Map<string, string[]>();
  let [lines, bytes, version] = [0, 0, 0];

  function dropOldest(): void {
    for (const [traceId, texts] of byTrace) {
      byTrace.delete(traceId);
      lines -= texts.length;
      for (const text of texts) bytes -= text.length;
      return;
    }
  }

  return {
    note(line) {
      const traceId = traceOf(line);
      if (traceId === undefined) return;
      const texts = byTrace.get(traceId) ?? [];
      if (texts.length >= limits.linesOfTrace) return;
      if (texts.length === 0) byTrace.set(traceId, texts);
      texts.push(line);
      lines += 1;
      bytes += line.length;
      version += 1;
      while (lines > limits.lines || bytes > limits.bytes) dropOldest();
    },
    of: (traceId) => (byTrace.get(traceId) ?? []).flatMap(readLine).sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))),
    version: () => version,
    held: () => ({ traces: byTrace.size, lines, bytes }),
  };
}

/** Lines are read when somebody looks: of all that is written this is the part that each line costs. */
const traceOf = (line: string): string | undefined => (line.startsWith('{') ? /"trace_id":"([0-9a-f]{32})"/.exec(line)?.[1] : undefined);

function readLine(text: string): LogLine[] {
  try {
    const { timestamp, level, message, service, span_id, _aws, trace_id, ...rest } = JSON.parse(text) as Record<string, unknown>;
    const { 'dd.trace_id': _, 'dd.span_id': decimal, ...fields } = rest;
    return [
      {
        at: String(timestamp),
        level: String(level).toLowerCase(),
        message: String(message),
        service: String(service),
        spanId: typeof span_id === 'string' ? span_id : spanOf(decimal),
        fields,
      },
    ];
  } catch {
    return []; // something that looked like a line
  }
}

/** Datadog's decimal id of 64 bits, as OpenTelemetry writes it. */
const spanOf = (decimal: unknown): string | null =>
  typeof decimal === 'string' && /^\d{1,20}$/.test(decimal) ? BigInt(decimal).toString(16).padStart(16, '0') : null;
