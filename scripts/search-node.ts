// npm run search:node: an OpenSearch node on this machine until Ctrl-C, for SEARCH_ENGINE=opensearch npm start. What it holds stays in .local/.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isFree } from '#local/services/ports.ts';
import { localSearchPort } from '#local/values.ts';
import { startOpenSearch } from '#tests/support/opensearch/node.ts';

const usage = `Usage: npm run search:node

An OpenSearch node on http://127.0.0.1:${localSearchPort} until Ctrl-C; its data stays in .local/opensearch. Needs Java 17 or later, and the first time Maven and a
JDK. Beside it, npm run search:reindex builds the index, and SEARCH_ENGINE=opensearch npm start runs a shop that searches there.

Ends with 0; with 2 when it was asked in a wrong way; with 3 when the node cannot start. docs/runbooks/search.md says more.`;

async function main(args: string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args, options: { help: { type: 'boolean' } }, strict: true });
    if (values.help) {
      console.log(usage);
      return 0;
    }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    if (!(await isFree(localSearchPort))) throw new Error(`Port ${localSearchPort} is taken: is there a node already?`);
    const home = join(import.meta.dirname, '../.local/opensearch');
    mkdirSync(home, { recursive: true });
    const ending = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
    });
    const node = await startOpenSearch({ home, port: localSearchPort, quick: false });
    console.log(`OpenSearch answers at ${node.url} until Ctrl-C. Next, in another terminal:

  npm run search:reindex
  SEARCH_ENGINE=opensearch npm start`);
    const failed = await Promise.race([ending.then(() => false), node.ended.then(() => true)]);
    await node.stop();
    // A Ctrl-C reaches the node as well, and may end it before it reaches us.
    if (failed && !(await Promise.race([ending.then(() => true), new Promise((resolve) => setTimeout(resolve, 500, false))])))
      throw new Error('OpenSearch ended by itself.');
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 3;
  }
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
