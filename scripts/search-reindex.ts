// npm run search:reindex: builds OpenSearch's index of products anew, while the one in use answers.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { localVariables, readLocalStack } from '#local/values.ts';
import { databaseFault, withDatabase } from '../db/database-at-hand.ts';

const usage = `Usage: npm run search:reindex [-- --stage STAGE]

Builds the index of products in OpenSearch anew and puts it in place of the one in use, which answers until then. Needed once after SEARCH_ENGINE was
set to opensearch, and after a release that says so. A run that was stopped goes on where it was when it is started again within an hour.

  (nothing)       of DATABASE_URL (or the local database) into the OpenSearch at OPENSEARCH_ENDPOINT
  --stage STAGE   of a deployed stage (dev, staging, prod), where the stage's own function does it; needs the AWS CLI
  --help          show this

Ends with 0; with 2 when it was asked in a wrong way; with 3 when it did not work. docs/runbooks/search.md says more.`;

interface Rebuilt {
  outcome: 'done' | 'stopped' | 'no engine';
  written: number;
}

const count = (n: number) => n.toLocaleString('en-US');

/** From this machine. */
async function rebuildHere(databaseUrl: string): Promise<Rebuilt> {
  const surroundings = { databaseUrl, redisUrl: null, gatewayPort: 1, secrets: {} };
  const keys = { ORDER_TOKEN_KEY: '', ACCESS_TOKEN_PUBLIC_KEYS: '{"keys":[]}', ACCESS_TOKEN_SIGNING_KEY: '' };
  const { env } = readLocalStack(join(import.meta.dirname, '../template.yaml'), { ...localVariables(surroundings), ...keys }, process.env);
  Object.assign(process.env, env, { SEARCH_ENGINE: 'opensearch', DATABASE_URL: databaseUrl });
  const { sql } = await import('#platform/db/sql.ts');
  const { rebuildIndex } = await import('#functions/search/lib/rebuild-index.ts');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const say = (written: number) => console.log(`${count(written)} products written`);
  return rebuildIndex(sql, { now: () => new Date(), signal: stop.signal, say });
}

/** By the stage's function, which is called until it is done: one call has 15 minutes. */
function rebuildThere(stage: string): Rebuilt {
  const name = `rumshop-search-rebuild-index${stage === 'prod' ? '' : `-${stage}`}`;
  for (;;) {
    const answer = invoke(name);
    if (answer.outcome !== 'stopped') return answer;
    console.log(`${count(answer.written)} products written`);
  }
}

function invoke(name: string): Rebuilt {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-reindex-'));
  try {
    const file = join(folder, 'answer.json');
    const flags = ['--cli-binary-format', 'raw-in-base64-out', '--cli-read-timeout', '960', '--payload', '{}'];
    const { error, status, stdout, stderr } = spawnSync('aws', ['lambda', 'invoke', '--function-name', name, ...flags, file], {
      encoding: 'utf8',
    });
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
    if (stage === undefined && !process.env.OPENSEARCH_ENDPOINT)
      throw new Error('OPENSEARCH_ENDPOINT says where OpenSearch answers: it is missing.');
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const { outcome, written } = stage === undefined ? await withDatabase(rebuildHere) : rebuildThere(stage);
    if (outcome === 'no engine') throw new Error('OpenSearch is not the engine there. Deploy with SearchEngine=opensearch first.');
    console.log(
      outcome === 'done' ? `The index has ${count(written)} products, and is in use.` : `Stopped after ${count(written)} products.`,
    );
    return outcome === 'done' ? 0 : 3;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    console.error(databaseFault({ code }) ?? `The index was not rebuilt: ${message}`);
    return 3;
  }
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
