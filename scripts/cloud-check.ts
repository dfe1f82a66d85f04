// npm run cloud:check: the real deploy, and what was deployed, on an emulated AWS. docs/cloud-check.md says what that proves and what it cannot.
import { parseArgs } from 'node:util';
import { awsAt } from './cloud-check/aws.ts';
import { type Context, cloneRepository, interruptCommand, parametersFor, removeClone } from './cloud-check/context.ts';
import { account, joinNetwork, region, startEmulator } from './cloud-check/emulator.ts';
import { pythonFault, pythonTool } from './cloud-check/python.ts';
import { noteBefore, nothingLeft } from './cloud-check/steps/deploying.ts';
import { chosen, lineOf, type Result, stepNames, summary } from './cloud-check/steps.ts';
import { installDatadogCi } from './instrument-check/datadog-ci.ts';
import { installTools } from './trace-check/tools.ts';

const cannotRunHere = 75;
const usage = `Usage: npm run cloud:check [-- --only STEP …] [--minutes N]

Deploys to an AWS that is emulated on this machine, and checks what came of it.

  --only STEP   only this step, and what it needs: ${stepNames.join(', ')}
  --minutes N   stops after so long (default 15)
  --help        show this

Ends with 0; with 1 when something is not as it should be; with 2 when it was asked in a wrong way; with 75 where it cannot run.`;

function readFlags(args: string[]): { help: boolean; only: string[]; minutes: number } | string {
  try {
    const options = { help: { type: 'boolean' }, only: { type: 'string', multiple: true }, minutes: { type: 'string' } } as const;
    const { help = false, only = [], minutes = '15' } = parseArgs({ args, options }).values;
    const unknown = only.filter((name) => !stepNames.includes(name));
    if (unknown.length > 0) return `There is no step ${unknown.join(', ')}: it is one of ${stepNames.join(', ')}.`;
    if (!(Number(minutes) > 0)) return `--minutes needs a number above 0, not "${minutes}".`;
    return { help, only, minutes: Number(minutes) };
  } catch (error) {
    return (error as Error).message;
  }
}

const stops: (() => unknown)[] = [];

async function check({ only, minutes }: { only: string[]; minutes: number }, stopped: AbortSignal): Promise<number> {
  const began = performance.now();
  const deadline = began + minutes * 60_000;
  pythonTool('sam');
  // While this process is the machine's own: the events' variables, which later stand in its environment, are not for fetching packages.
  if (chosen(only).some(({ name }) => name === 'instrument')) {
    installTools();
    installDatadogCi();
  }
  const clone = cloneRepository();
  stops.push(() => removeClone(clone));
  const emulator = await startEmulator({ stages: ['dev'], say: () => undefined });
  stops.push(emulator.stop);
  joinNetwork(emulator);
  const aws = awsAt(emulator.url, { accessKeyId: account, secretAccessKey: 'test', region });
  const parameters = { dev: parametersFor(emulator, 'dev'), staging: parametersFor(emulator, 'staging') };
  const context: Context = { emulator, aws, clone, say: console.log, stopped, parameters };
  // What infra/bootstrap.yaml makes once an account, and its owner proves at the domain's DNS: the mails' sender.
  await aws.rest('ses', 'POST', '/v2/email/identities', { EmailIdentity: 'kelvo.example' });
  const before = await noteBefore(context);
  const nothing = { name: 'left', about: 'what is left of it', run: (given: Context) => nothingLeft(given, before) };
  const results: Result[] = [];
  for (const { name, about, run } of [...chosen(only), nothing]) {
    const since = performance.now();
    const deployFailed = results[0]?.state === 'failed';
    const unreached = stopped.aborted || performance.now() > deadline || (deployFailed && !['destroy', 'left'].includes(name));
    const [state, outcome] = unreached
      ? (['not reached', ''] as const)
      : await run(context).then(
          (seen) => ['ok', seen] as const,
          (error: Error) => ['failed', error.message] as const,
        );
    const result: Result = { name, about, outcome, state, seconds: (performance.now() - since) / 1_000 };
    results.push(result);
    console.log(lineOf(result));
  }
  const { line, code } = summary(results, (performance.now() - began) / 1_000);
  if (code !== 0) console.log(`The emulator's log ends with:\n${emulator.log(0).trimEnd().split('\n').slice(-40).join('\n')}`);
  console.log(line);
  return code;
}

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (typeof flags === 'string') {
    console.error(`${flags}\n\n${usage}`);
    return 2;
  }
  if (flags.help) {
    console.log(usage);
    return 0;
  }
  const fault = pythonFault();
  if (fault !== null) {
    console.log(`cloud:check cannot run here: ${fault}`);
    return cannotRunHere;
  }
  const stopping = new AbortController();
  // What is under way ends soon, and is waited for: only then is everything known that has to be stopped.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      stopping.abort(new Error('interrupted'));
      interruptCommand();
    });
  try {
    const code = await check(flags, stopping.signal);
    return stopping.signal.aborted ? 130 : code;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    for (const stop of stops.splice(0).toReversed()) await stop();
  }
}

process.exit(await main());
