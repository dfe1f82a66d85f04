import { parseArgs } from 'node:util';
import { restoreCalls } from '#functions/ops/lib/restore-order.ts';
import { taskNames } from '#functions/ops/lib/tasks.ts';
import { type RestoreWords, readRestoreOrder } from '../../db/restore-order.ts';
import { Misuse } from '../command-line.ts';

/** What a command line asks for. A password is none of its words: it is asked for. */
export interface TaskOrder {
  stage: string | undefined;
  task: (typeof taskNames)[number];
  /** What each call hands over: more than one where one does not carry all. */
  inputs: Record<string, unknown>[];
  /** Whether a password goes with it. */
  wantsPassword: boolean;
}

/** @throws Misuse; Node's own error for an unknown flag */
export function readTask(args: readonly string[]): TaskOrder {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { stage: text, email: text, name: text, promote: flag, 'past-orders': flag, to: text, told: text, hours: text };
  const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  const { stage, email, name, promote, 'past-orders': past, to, told, hours } = values;
  const task = taskNames.find((known) => known === positionals[0]);
  if (task === undefined || positionals.length > 1)
    throw new Misuse(`Name one task: ${taskNames.join(', ')}${positionals.length > 0 ? `, not "${positionals.join(' ')}"` : ''}.`);
  const forAdmin = email !== undefined || name !== undefined || promote !== undefined;
  if (forAdmin && task !== 'create-admin') throw new Misuse(`--email, --name and --promote are for create-admin, not for ${task}.`);
  if (past !== undefined && task !== 'seed') throw new Misuse(`--past-orders is for seed, not for ${task}.`);
  const ofRestore = to !== undefined || told !== undefined || hours !== undefined;
  if (ofRestore && task !== 'after-restore') throw new Misuse(`--to, --told and --hours are for after-restore, not for ${task}.`);
  if (task === 'after-restore') return { stage, task, inputs: restoreInputs({ to, told, hours }), wantsPassword: false };
  if (task === 'create-admin') {
    if (!email) throw new Misuse('--email is missing: --email ADDRESS.');
    const input = { email: email.trim(), ...(name !== undefined && { name }), ...(promote && { promote }) };
    return { stage, task, inputs: [input], wantsPassword: !promote };
  }
  return { stage, task, inputs: [task === 'seed' && past ? { past } : {}], wantsPassword: false };
}

/** The log is read here, and only the ids of its events go to the function. */
function restoreInputs(words: RestoreWords) {
  try {
    return restoreCalls(readRestoreOrder(words, new Date()));
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}
