import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#local/services/ports.ts';
import { nodeJars } from './jars.ts';

/** A running OpenSearch node. */
export interface OpenSearchNode {
  /** `http://127.0.0.1:<port>`: what OPENSEARCH_ENDPOINT takes. */
  url: string;
  /** Ends it at once, as a machine that fails would. */
  kill(): Promise<void>;
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<unknown>;
  /** Ends it, and deletes its folder, unless that was given. */
  stop(): Promise<void>;
}

interface NodeOptions {
  home?: string;
  port?: number;
  heapMb?: number;
  quick?: boolean;
}

/**
 * Starts a node in about two seconds, on half a GB of memory. It ends with this process, however that ends.
 * @param home where its data stay; else it is empty, and leaves nothing
 * @param port of http; else a free one
 * @param quick starts sooner and runs slower: no benchmark of it
 * @throws Error that says what the machine lacks
 */
export async function startOpenSearch({ home: kept, port: wanted, heapMb = 512, quick = true }: NodeOptions = {}): Promise<OpenSearchNode> {
  const jars = nodeJars();
  if ('missing' in jars) throw new Error(`OpenSearch cannot run here: ${jars.missing}`);
  const home = kept ?? mkdtempSync(join(tmpdir(), 'kelvo-opensearch-'));
  const port = wanted ?? (await freePort());
  const between = await freePort();
  const memory = [`-Xms${heapMb}m`, `-Xmx${heapMb}m`];
  const args = [
    ...memory,
    '-XX:+UseSerialGC',
    ...(quick ? ['-XX:TieredStopAtLevel=1'] : []),
    '-Dlog4j2.disable.jmx=true',
    '-cp',
    jars.classPath,
    'Node',
    home,
    String(port),
    String(between),
  ];
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  const ended = once(child, 'exit');
  const started = new Promise<void>((resolve, reject) => {
    for (const output of [child.stdout, child.stderr])
      output.on('data', (data: Buffer) => {
        said = (said + data).slice(-4_000);
        if (said.includes('started\n')) resolve();
      });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`OpenSearch did not start:\n${said}`)));
  });
  const end = async (signal?: 'SIGKILL') => {
    if (signal) child.kill(signal);
    else child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await ended;
  };
  const stop = async () => {
    await end();
    if (kept === undefined) rmSync(home, { recursive: true, force: true });
  };
  await started.catch(async (error) => {
    await stop();
    throw error;
  });
  return { url: `http://127.0.0.1:${port}`, kill: () => end('SIGKILL'), ended, stop };
}
