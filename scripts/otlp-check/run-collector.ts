import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '#local/services/ports.ts';
import { within } from '#local/services/processes.ts';

export interface RealCollector {
  /** Where it takes OTLP/HTTP. */
  url: string;
  /** What it complained of. */
  complaints(): string[];
  stop(): Promise<void>;
}

/** @param sinkUrl gets what it understood, as its own exporter writes it */
export async function runCollector(program: string, sinkUrl: string): Promise<RealCollector> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: new URL(url).host } } } },
    exporters: { otlp_http: { endpoint: sinkUrl, encoding: 'json', compression: 'none', sending_queue: { enabled: false } } },
    service: {
      pipelines: { traces: { receivers: ['otlp'], exporters: ['otlp_http'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn', encoding: 'json' } },
    },
  };
  const child = spawn(program, [`--config=yaml:${JSON.stringify(config)}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter((line) => line.trim() !== '')));
  const ended = once(child, 'exit');
  const answers = () =>
    fetch(`${url}/v1/traces`).then(
      () => true,
      () => false,
    );
  if (!(await within(20_000, answers, 50))) {
    child.kill();
    throw new Error(`The collector does not answer: ${lines.slice(-5).join(' ')}`);
  }
  return {
    url,
    complaints: () => lines,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
