// npm run search:reindex: builds OpenSearch's index of products anew, while the one in use answers.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Rebuilt } from '#functions/search/lib/rebuild-index.ts';
import { localSearchPort, localVariables, readLocalStack } from '#local/values.ts';
import { databaseFault, withDatabase } from '../db/database-at-hand.ts';

const usage = `Usage: npm run search:reindex [-- --stage STAGE]

Builds the index of products in OpenSearch anew and puts it in place of the one in use, which answers until then. Needed once after SEARCH_ENGINE was
set to opensearch, and after a release that says so. A run that was stopped goes on where it was when it is started again within an hour.

  (nothing)       of DATABASE_URL (or the local database) into the OpenSearch at OPENSEARCH_ENDPOINT (or that of npm run search:node)
  --stage STAGE   of a deployed stage (dev, staging, prod), where the stage's own function does it; needs the AWS CLI
  --help          show this

Ends with 0; with 2 when it was asked in a wrong way; with 3 when it did not work. docs/runbooks/search.md says more.`;

const howToStart = `Does OpenSearch run? Locally npm run search:node starts one, on port ${localSearchPort}; OPENSEARCH_ENDPOINT names another.`;

const count = (n: number) => n.toLocaleString('en-US');

const outcomes: Record<Rebuilt['outcome'], (written: string) => string> = {
  done: (written) => `The index has ${written} products, and is in use.`,
  stopped: (written) => `Stopped after ${written} products. Started again within an hour, it goes on.`,
  overtaken: () => 'Another rebuild ran at the same time, and has taken over: this one ends.',
  'no engine': () => 'OpenSearch is not the engine there. Deploy with SearchEngine=opensearch first.',
};

/** From this machine. */
async function rebuildHere(databaseUrl: string): Promise<Rebuilt> {
  const surroundings = { databaseUrl, redisUrl: null, gatewayPort: 1, secrets: {} };
  const keys = { ORDER_TOKEN_KEY: '', ACCESS_TOKEN_PUBLIC_KEYS: '{"keys":[]}', ACCESS_TOKEN_SIGNING_KEY: '' };
  const { env } = readLocalStack(join(import.meta.dirname, '../template.yaml'), { ...localVariables(surroundings), ...keys }, process.env);
  Object.assign(process.env, env, { SEARCH_ENGINE: 'opensearch', DATABASE_URL: databaseUrl });
  const { sql } = await import('#platform/db/sql.ts');
  const { rebuildIndex } = await import('#functions/search/lib/rebuild-index.ts');
  const stop = new AbortController();
  // The batch under way is finished first. A Ctrl-C comes twice, from the terminal and from npm.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const say = (written: number) => console.log(`${count(written)} products written`);
  return rebuildIndex(sql, { now: () => new Date(), signal: stop.signal, say });
}

/** The AWS CLI's arguments for one call of the stage's function, for which it waits the 15 minutes that the call may take. `fileb` is read alike by versions 1 and 2. */
export const invocation = (stage: string, payload: string, answer: string): string[] => [
  'lambda',
  'invoke',
  '--function-name',
  `rumshop-search-rebuild-index${stage === 'prod' ? '' : `-${stage}`}`,
  '--cli-read-timeout',
  '960',
  '--payload',
  `fileb://${payload}`,
  answer,
];

/** By the stage's function, which is called until it is done. */
function rebuildThere(stage: string): Rebuilt {
  for (;;) {
    const answer = invoke(stage);
    if (answer.outcome !== 'stopped') return answer;
    console.log(`${count(answer.written)} products written`);
  }
}

function invoke(stage: string): Rebuilt {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-reindex-'));
  try {
    const file = join(folder, 'answer.json');
    const payload = join(folder, 'payload.json');
    writeFileSync(payload, '{}');
    const { error, status, stdout, stderr } = spawnSync('aws', invocation(stage, payload, file), { encoding: 'utf8' });
    if (error) throw new Error('the AWS CLI (aws) is missing');
    if (status !== 0) throw new Error(stderr.trim());
    const answer = readFileSync(file, 'utf8');
    if (stdout.includes('FunctionError')) throw new Error(answer);
    return JSON.parse(answer) as Rebuilt;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(args: readonly string[]): Promise<number> {
  let stage: string | undefined;
  try {
    const { values } = parseArgs({ args: [...args], options: { stage: { type: 'string' }, help: { type: 'boolean' } }, strict: true });
    if (values.help) {
      console.log(usage);
      return 0;
    }
    stage = values.stage;
    if (stage !== undefined && !['dev', 'staging', 'prod'].includes(stage)) throw new Error('--stage is dev, staging or prod.');
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const { outcome, written } = stage === undefined ? await withDatabase(rebuildHere) : rebuildThere(stage);
    (outcome === 'done' ? console.log : console.error)(outcomes[outcome](count(written)));
    return outcome === 'done' ? 0 : 3;
  } catch (error) {
    const { code, message, cause } = error as { code?: string; message: string; cause?: { code?: string } };
    const hint = stage === undefined && /fetch failed|ECONNREFUSED/.test(message) ? `\n${howToStart}` : '';
    console.error(databaseFault(cause ?? { code }) ?? `The index was not rebuilt: ${message}${hint}`);
    return 3;
  }
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
