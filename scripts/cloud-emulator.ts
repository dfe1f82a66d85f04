// npm run cloud:emulator [-- --stage dev …]: starts the emulated AWS alone and prints the variables that a deploy needs to go there. Ctrl-C ends it.
import { parseArgs } from 'node:util';
import { startEmulator } from './cloud-check/emulator.ts';
import { pythonFault } from './cloud-check/python.ts';

const usage = 'Usage: npm run cloud:emulator [-- --stage dev|staging|prod …]';

function stagesOf(args: string[]): string[] | null {
  try {
    const { stage = ['dev'] } = parseArgs({ args, options: { stage: { type: 'string', multiple: true } } }).values;
    return stage.every((each) => ['dev', 'staging', 'prod'].includes(each)) ? stage : null;
  } catch {
    return null;
  }
}

async function main(): Promise<number> {
  const stages = stagesOf(process.argv.slice(2));
  if (stages === null) {
    console.error(usage);
    return 2;
  }
  const fault = pythonFault();
  if (fault !== null) {
    console.error(`the emulator cannot run here: ${fault}`);
    return 1;
  }
  const ending = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const emulator = await startEmulator({ stages, say: (line) => console.error(`  ${line}`) });
  for (const [name, value] of Object.entries(emulator.variables)) console.log(`export ${name}='${value}'`);
  console.error(`\nThe emulator answers at ${emulator.url}; its log is ${emulator.logFile}. Ctrl-C ends it.`);
  await ending;
  await emulator.stop();
  return 0;
}

process.exit(
  await main().catch((error: Error) => {
    console.error(error.message);
    return 1;
  }),
);
