/** `.local/running.json`: the URLs of the Kelvo that runs from this clone, for other scripts (db:reset, seed …). */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processInfo } from './services/processes.ts';

export interface Running {
  pid: number;
  startedAt: string;
  url: string;
  /** Signs in as a role that may change the schema. */
  databaseUrl: string;
  /** Of what queues and streams hold. */
  awsUrl: string;
  redisUrl: string | null;
}

const fileIn = (folder: string): string => join(folder, 'running.json');

/** Writes the file; the returned function removes it. */
export function noteRunning(folder: string, facts: Pick<Running, 'url' | 'databaseUrl' | 'awsUrl' | 'redisUrl'>): () => void {
  const note = { pid: process.pid, startedAt: processInfo(process.pid)?.startedAt ?? '', ...facts };
  writeFileSync(fileIn(folder), `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(fileIn(folder), { force: true });
}

/** The Kelvo that runs from this clone now, or null. */
export function runningKelvo(folder: string): Running | null {
  try {
    const note = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as Running;
    return processInfo(note.pid)?.startedAt === note.startedAt ? note : null;
  } catch {
    return null;
  }
}
