import { parseArgs } from 'node:util';
import { taskNames } from '#functions/ops/lib/tasks.ts';
import { Misuse } from '../command-line.ts';

/** What a command line asks for. A password is none of its words: it is asked for. */
export interface TaskOrder {
  stage: string | undefined;
  task: (typeof taskNames)[number];
  input: Record<string, string | boolean>;
  /** Whether a password goes with it. */
  wantsPassword: boolean;
}

/** @throws Misuse; Node's own error for an unknown flag */
export function readTask(args: readonly string[]): TaskOrder {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { stage: text, email: text, name: text, promote: flag, 'past-orders': flag };
  const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  const { stage, email, name, promote, 'past-orders': past } = values;
  const task = taskNames.find((known) => known === positionals[0]);
  if (task === undefined || positionals.length > 1)
    throw new Misuse(`Name one task: ${taskNames.join(', ')}${positionals.length > 0 ? `, not "${positionals.join(' ')}"` : ''}.`);
  const forAdmin = email !== undefined || name !== undefined || promote !== undefined;
  if (forAdmin && task !== 'create-admin') throw new Misuse(`--email, --name and --promote are for create-admin, not for ${task}.`);
  if (past !== undefined && task !== 'seed') throw new Misuse(`--past-orders is for seed, not for ${task}.`);
  if (task === 'create-admin') {
    if (!email) throw new Misuse('--email is missing: --email ADDRESS.');
    const input = { email: email.trim(), ...(name !== undefined && { name }), ...(promote && { promote }) };
    return { stage, task, input, wantsPassword: !promote };
  }
  return { stage, task, input: task === 'seed' && past ? { past } : {}, wantsPassword: false };
}
