import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/**
 * A password from the variable ADMIN_PASSWORD, from the keyboard (twice, and not shown), or from the first line of standard input.
 * @throws Error when the two that were typed differ
 */
export async function readPassword(prompt: string): Promise<string> {
  const { ADMIN_PASSWORD } = process.env;
  if (ADMIN_PASSWORD !== undefined) return ADMIN_PASSWORD;
  if (!process.stdin.isTTY) return firstLine();
  const typed = await ask(prompt);
  if (typed !== (await ask('Once more: '))) throw new Error('the two passwords differ.');
  return typed;
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) return line;
  return '';
}

/** Prompts at the terminal without echo. */
async function ask(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
