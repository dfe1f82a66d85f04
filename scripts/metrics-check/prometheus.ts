/** A Prometheus that scrapes one shop each second. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../local/services/ports.ts';

export interface Prometheus {
  version: string;
  /** Waits until it has scraped so often, each time without a fault. @throws Error with what it says of a scrape that failed, after 30 s */
  scraped(times: number): Promise<void>;
  /** @returns how many series answer the expression, or why it is wrong */
  ask(expr: string): Promise<number | string>;
  /** The one value that answers. */
  value(expr: string): Promise<number | undefined>;
  unitOf(metric: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

interface Answer {
  status: string;
  error?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each question has an answer of its own shape
  data: any;
}

const limitMs = 30_000;

export async function startPrometheus(shopUrl: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-prometheus-'));
  const port = await freePort();
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1m' },
    scrape_configs: [{ job_name: 'kelvo', metrics_path: '/_local/metrics', static_configs: [{ targets: [new URL(shopUrl).host] }] }],
  };
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config)); // JSON is YAML
  const flags = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn('prometheus', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));

  const api = async (path: string): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    return (await response.json()) as Answer;
  };
  const query = (expr: string) => api(`query?${new URLSearchParams({ query: expr })}`);
  async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + limitMs;
    let last = '';
    for (;;) {
      const answer = await ask().catch((error: Error) => {
        last = error.message;
      });
      if (answer !== undefined) return answer;
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${what}: not within ${limitMs / 1_000} s. ${last}\n${said}`);
      await pause(200);
    }
  }
  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    const version = await until('Prometheus answers', async () => (await api('status/buildinfo')).data?.version as string | undefined);
    return {
      version,
      async scraped(times) {
        await until(`${times} scrapes`, async () => {
          const [target] = (await api('targets')).data.activeTargets;
          if (target.lastError) throw new Error(target.lastError);
          const { data } = await query(`count_over_time(up{job="kelvo"}[1m])`);
          return Number(data.result[0]?.value[1] ?? 0) >= times || undefined;
        });
      },
      async ask(expr) {
        const { status, error, data } = await query(expr);
        return status === 'success' ? (data.result.length as number) : (error ?? status);
      },
      async value(expr) {
        const { data } = await query(expr);
        return data.result.length === 1 ? Number(data.result[0].value[1]) : undefined;
      },
      unitOf: async (metric) => (await api(`targets/metadata?${new URLSearchParams({ metric, limit: '1' })}`)).data[0]?.unit,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
