// npm run cloud:emulator [-- --stage dev …]: starts the emulated AWS alone and prints the variables that a deploy needs to go there. Ctrl-C ends it.
import { parseArgs } from 'node:util';
import { startEmulator } from './cloud-check/emulator.ts';
import { pythonFault } from './cloud-check/python.ts';

const usage = `Usage: npm run cloud:emulator [-- --stage dev|staging|prod …]

An AWS that is emulated on this machine, until Ctrl-C. Prints the variables that send a deploy there; docs/cloud-check.md, "While developing", says how.

  --stage STAGE   a stage that has stores there: a PostgreSQL and a Redis (default dev); repeatable
  --help          show this

Ends with 0; with 1 when it cannot run here; with 2 when it was asked in a wrong way.`;

function stagesOf(args: string[]): string[] | null {
  try {
    const { stage = ['dev'] } = parseArgs({ args, options: { stage: { type: 'string', multiple: true } } }).values;
    return stage.every((each) => ['dev', 'staging', 'prod'].includes(each)) ? stage : null;
  } catch {
    return null;
  }
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const stages = stagesOf(args);
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
