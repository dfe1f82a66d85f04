// npm run replay [event or folder …]: replays the events in events/ through the built functions and compares what comes of each with its expectation.
import { join } from 'node:path';
import { buildStaleFunctions } from '#local/fresh-build.ts';
import { startEventsApi } from '#local/gateway/events-api.ts';
import { credentialsFor } from '#local/replay/credentials.ts';
import { namesAt } from '#local/replay/event-files.ts';
import { replay } from '#local/replay/replay.ts';
import { replayStack } from '#local/replay/stack.ts';
import { createStages } from '#local/replay/stages.ts';
import { startThrowawayStores } from '#local/services/throwaway.ts';
import { root } from './function-files.ts';

const usage = `Usage: npm run replay [-- event or folder …]

Replays events through the built functions, each on a seeded database of its own that is thrown away afterwards.
Without arguments all of events/; otherwise files or folders, such as events/orders or orders/place-order.json.`;

async function main(paths: string[]): Promise<number> {
  if (paths.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const began = performance.now();
  const folder = join(root, 'events');
  const names = [...new Set((paths.length > 0 ? paths : [undefined]).flatMap((path) => namesAt(folder, path)))];
  const [stores, eventsApi] = await Promise.all([startThrowawayStores(), startEventsApi('127.0.0.1')]);
  try {
    const stack = replayStack(root, { ...stores, eventsUrl: `http://127.0.0.1:${eventsApi.port}` });
    await buildStaleFunctions(root, stack.functions, console.log);
    const credentials = await credentialsFor(stack.env);
    const stages = createStages({ stack, root, shopUrl: stores.shopUrl });
    let wrong = 0;
    for (const name of names) {
      const since = performance.now();
      const differences = await stages
        .on((stage) => replay({ folder, functions: stack.functions, credentials }, name, stage))
        .then(
          (report) => report.differences,
          (error: Error) => [error.message],
        );
      console.log(`${differences.length === 0 ? 'ok  ' : 'DIFF'} ${name} (${Math.round(performance.now() - since)} ms)`);
      for (const difference of differences) console.log(`       ${difference}`);
      if (differences.length > 0) wrong += 1;
    }
    await stages.end();
    console.log(`${names.length - wrong} of ${names.length} events as expected (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    return wrong === 0 ? 0 : 1;
  } finally {
    await Promise.all([eventsApi.stop(), stores.stop()]);
  }
}

process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
process.exit(
  await main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    return 1;
  }),
);
