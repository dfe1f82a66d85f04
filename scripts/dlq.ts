// npm run dlq: shows dead letters, sends them back to their queues, or deletes them; of the local run, or of a deployed stage.
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { type Done, list, redrive, remove, show } from './dlq/commands.ts';
import { deployedPlace, localPlace, type Place, Refusal } from './dlq/place.ts';

const usage = `Usage: npm run dlq -- COMMAND

  list [--queue NAME]                   dead letters, the last that failed first
  show ID...                            a dead letter with its event, reason, tries, trace, and the whole message
  redrive ID... | --queue NAME | --all  send dead letters back to the queue they died in
  delete ID... [--yes]                  delete dead letters for good; asks first

Of the Kelvo that runs from this clone; or

  --stage STAGE   of a deployed stage (dev, staging, prod), with the credentials and the region that the AWS CLI would use
  --api URL       the stage's shop, whose API knows the reasons; KELVO_ACCESS_TOKEN holds an admin's access token
  --folder PATH   where the local run keeps its data (default: .local)
  --help          show this

Ends with 0; with 1 when there is nothing of what was asked for; with 2 when it was asked in a wrong way; with 3 when it did not work.
docs/runbooks/dead-letters.md says what to do with a dead letter.`;

/** The command line was wrong. */
class Misuse extends Error {}

const commands = ['list', 'show', 'redrive', 'delete'] as const;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Order {
  command: (typeof commands)[number];
  ids: string[];
  queue: string | undefined;
  yes: boolean;
  place: () => Place;
}

function readOrder(args: readonly string[], env: NodeJS.ProcessEnv): Order | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { queue: text, all: flag, yes: flag, stage: text, api: text, folder: text, help: flag };
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  if (values.help) return 'help';
  const [command, ...given] = positionals;
  if (!isCommand(command)) throw new Misuse(command === undefined ? 'A command is missing.' : `There is no command ${command}.`);
  const ids = given.map((id) => id.toLowerCase());
  const { queue, all, yes, stage, api } = values;
  const [wrong] = ids.filter((id) => !uuid.test(id));
  if (wrong !== undefined) throw new Misuse(`${wrong} is no id of a dead letter: list shows them.`);
  if (command === 'list' && ids.length > 0) throw new Misuse('list takes no ids: show does.');
  if ((command === 'show' || command === 'delete') && ids.length === 0) throw new Misuse(`${command} needs at least one id.`);
  if (queue !== undefined && command !== 'list' && command !== 'redrive') throw new Misuse(`${command} takes ids only.`);
  if (all && command !== 'redrive') throw new Misuse('--all is for redrive only.');
  if (yes && command !== 'delete') throw new Misuse('--yes is for delete only.');
  if (command === 'redrive' && [ids.length > 0, queue !== undefined, all].filter(Boolean).length !== 1)
    throw new Misuse('redrive needs ids, --queue or --all: one of the three.');
  if (stage !== undefined && !['dev', 'staging', 'prod'].includes(stage)) throw new Misuse('--stage is dev, staging or prod.');
  if (api !== undefined && stage === undefined) throw new Misuse('--api goes with --stage: of the local run the reasons are at hand.');
  if (api !== undefined && !URL.canParse(api)) throw new Misuse(`${api} is no URL.`);
  if (api !== undefined && !env.KELVO_ACCESS_TOKEN) throw new Misuse('--api needs an admin’s access token in KELVO_ACCESS_TOKEN.');
  const folder = resolve(values.folder ?? join(import.meta.dirname, '../.local'));
  const access = api === undefined ? undefined : { url: api, token: env.KELVO_ACCESS_TOKEN ?? '' };
  return { command, ids, queue, yes, place: () => (stage === undefined ? localPlace(folder) : deployedPlace(stage, access)) };
}

const isCommand = (word: string | undefined): word is Order['command'] => commands.some((command) => command === word);

function carryOut({ command, ids, queue, place }: Order): Promise<Done> {
  if (command === 'list') return list(place(), { queue });
  if (command === 'show') return show(place(), ids);
  if (command === 'redrive') return redrive(place(), { ids, queue });
  return remove(place(), ids);
}

/** Deleting cannot be undone: without --yes a person has to say so. */
async function mayDelete({ ids, yes }: Order): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new Misuse('delete asks first, and nobody is there to answer: add --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Delete ${ids.length} of the dead letters for good? (yes/no) `).finally(() => terminal.close());
  return answer.trim().toLowerCase() === 'yes';
}

const isMisuse = (error: unknown): error is Error =>
  error instanceof Misuse || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');

async function main(args: readonly string[]): Promise<number> {
  try {
    const order = readOrder(args, process.env);
    if (order === 'help') {
      console.log(usage);
      return 0;
    }
    if (order.command === 'delete' && !(await mayDelete(order))) {
      console.log('Nothing was deleted.');
      return 1;
    }
    const { found, said } = await carryOut(order);
    console.log(said);
    return found > 0 ? 0 : 1;
  } catch (error) {
    if (isMisuse(error)) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    const { name, message } = error as Error;
    console.error(error instanceof Refusal ? message : `It did not work: ${name}: ${message}`);
    return 3;
  }
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
