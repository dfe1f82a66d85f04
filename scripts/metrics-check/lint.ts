import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What `promtool check metrics` says of them; nothing when they are fine. It reads Prometheus's older text format alone. */
export async function lint(url: string): Promise<string> {
  const metrics = await (await fetch(url, { headers: { accept: 'text/plain' } })).text();
  const child = spawn('promtool', ['check', 'metrics']);
  child.stdin.end(metrics);
  const [out, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? 1))),
  ]);
  const said = `${out}${errors}`.trim();
  return code === 0 ? said : said || `it ended with ${code}`;
}
