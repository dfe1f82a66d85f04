import { readFileSync } from 'node:fs';

/** The last lines of a log as one line, for an error message. */
export function lastLines(file: string, count = 3): string {
  try {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count);
    return lines.join(' | ') || 'its log is empty';
  } catch {
    return 'it left no log';
  }
}
