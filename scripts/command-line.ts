/** What commands do alike on their command line: those for stages (deploy, destroy, rollback, keys:rotate), and those without flags. */
import { createInterface } from 'node:readline/promises';

export const stages = ['dev', 'staging', 'prod'] as const;
export type Stage = (typeof stages)[number];

/** It was asked in a wrong way: one sentence, and the command ends with 2. */
export class Misuse extends Error {}

/** It was asked rightly and did not work: one sentence for a person, and the command ends with 1. */
export class Failure extends Error {}

/** Ctrl-C: what is under way at AWS goes on by itself. The command ends with 130. */
export class Interrupted extends Error {}

/** @throws Misuse */
export function readStage(given: string | undefined): Stage {
  if (given === undefined) throw new Misuse('--stage is missing: --stage dev, staging or prod.');
  const stage = stages.find((known) => known === given);
  if (stage === undefined) throw new Misuse(`--stage is ${stages.join(', ')}, not "${given}".`);
  return stage;
}

/** Node's own words for an unknown or incomplete flag begin well and end in advice that does not fit here: the first sentence is kept. */
export const misuseOf = (error: unknown): Misuse | undefined => {
  if (error instanceof Misuse) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return String(code).startsWith('ERR_PARSE_ARGS') ? new Misuse(`${message.split('. ')[0]?.replace(/\.$/, '')}.`) : undefined;
};

/** What a command without flags says to its arguments, and the code it ends with; undefined where there are none, and it begins. */
export function answerTo(args: readonly string[], usage: string): { code: 0 | 2; text: string } | undefined {
  const [first] = args;
  if (first === undefined) return undefined;
  return args.includes('--help') ? { code: 0, text: usage } : { code: 2, text: `It takes no ${first}.\n\n${usage}` };
}

/** For a command without flags: ends the process at --help and at everything else, so that a wrong flag never begins work of minutes. */
export function takesNothing(usage: string): void {
  const answer = answerTo(process.argv.slice(2), usage);
  if (answer === undefined) return;
  (answer.code === 0 ? console.log : console.error)(answer.text);
  process.exit(answer.code);
}

/**
 * Runs a command and ends the process: 0 done, 1 it did not work, 2 asked in a wrong way, 130 stopped by Ctrl-C.
 * @param work gets a signal that is aborted at the first Ctrl-C; npm passes on a second one, which changes nothing
 */
export async function runCommand(help: string, work: (args: string[], signal: AbortSignal) => Promise<void>): Promise<never> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(help);
    process.exit(0);
  }
  try {
    await work(args, stop.signal);
    process.exit(0);
  } catch (error) {
    if (error instanceof Interrupted || stop.signal.aborted) {
      console.error(error instanceof Interrupted ? error.message : 'Stopped.');
      process.exit(130);
    }
    const misuse = misuseOf(error);
    if (misuse !== undefined) {
      console.error(`${misuse.message}\n(--help shows all flags.)`);
      process.exit(2);
    }
    const { name, message } = error as Error;
    console.error(error instanceof Failure ? message : `It did not work: ${name}: ${message}`);
    process.exit(1);
  }
}

/**
 * Whether a person types the expected word.
 * @throws Misuse where nobody is there to type, with the flag that answers instead
 */
export async function typed(
  question: string,
  expected: string,
  { instead, signal }: { instead: string; signal: AbortSignal },
): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Misuse(`It asks before it begins, and nobody is there to answer: add ${instead}.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question, { signal })).trim() === expected;
  } finally {
    terminal.close();
  }
}

/** Holds that --confirm, the answer to a question that a pipeline cannot hear, names the stage that is meant. @throws Misuse */
export function checkConfirm({ stage, confirm }: { stage?: string | undefined; confirm?: string | undefined }): void {
  if (confirm !== undefined && confirm !== stage) throw new Misuse(`--confirm ${confirm} is another stage than --stage ${stage}.`);
}
