/** Every event of events/, by its deployed function and under that function's own role. */
import { join } from 'node:path';
import { eventNames } from '#local/replay/event-files.ts';
import { root } from '../../function-files.ts';
import type { Context } from '../context.ts';
import { quiet } from '../quiet.ts';
import { type DeployedReplays, replaysOn } from '../replays.ts';
import { lendDatabase } from '../stage-database.ts';

/** Lends the stage a database of its own for the time of `work`, in which nothing else acts. */
export async function onLentDatabase<T>(context: Context, work: (replays: DeployedReplays) => Promise<T>): Promise<T> {
  const { aws, emulator } = context;
  const wake = await quiet(aws, 'dev');
  const database = await lendDatabase(await emulator.stores('dev'));
  try {
    const replays = await replaysOn(context.clone, aws, 'dev', database);
    try {
      return await work(replays);
    } finally {
      await replays.end();
    }
  } finally {
    await database.restore();
    await wake();
  }
}

export function everyEvent(context: Context): Promise<string> {
  const names = eventNames(join(root, 'events'));
  return onLentDatabase(context, async (replays) => {
    const faults: string[] = [];
    for (const name of names) {
      context.stopped.throwIfAborted();
      const { differences } = await replays.replay(name);
      if (differences.length > 0) faults.push(`${name}: ${differences.join('; ').slice(0, 500)}`);
    }
    if (faults.length > 0) throw new Error(`${faults.length} of ${names.length} events are not as expected:\n${faults.join('\n')}`);
    return `${names.length} events as expected, rows included`;
  });
}
