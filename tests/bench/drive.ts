import { Agent, request } from 'node:http';
import type { Journey, Step } from './journeys.ts';

/** What a run saw: whole journeys a second, and how long one took in ms. */
export interface Drive {
  perSecond: number;
  p50: number;
  p99: number;
}

const plain = new Agent({ keepAlive: true });

/** Sends journeys over `connections` kept open, one after the other on each, for some seconds. An unexpected answer ends it. */
export async function drive(base: string, journey: Journey, products: string[], connections: number, seconds: number): Promise<Drive> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  let turn = 0;
  const worker = async () => {
    while (performance.now() < until) {
      const began = performance.now();
      const answers: Record<string, never>[] = [];
      for (const step of journey(products, turn++)) answers.push(await send(base, step(answers), agent));
      times.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  const took = (performance.now() - began) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;
  return { perSecond: times.length / took, p50: at(0.5), p99: at(0.99) };
}

/** Sends one request and gives its JSON; an unexpected status rejects. */
export function send(base: string, { method, path, body, headers, status }: Step, agent = plain): Promise<Record<string, never>> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const head =
      text === undefined ? { ...headers } : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const outgoing = request({ agent, hostname, port, method, path, headers: head }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        if (response.statusCode === status) resolve(JSON.parse(answer));
        else reject(new Error(`${method} ${path} answered ${response.statusCode}, not ${status}: ${answer.slice(0, 300)}`));
      });
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}
