// npm run bench:relevance: how good searches are, by judged queries and by misspelled names; exit code 1 where it is not good enough. --engine opensearch asks
// OpenSearch instead of PostgreSQL (a node of its own; needs Java). MISSPELLINGS
// (10,000) says how many of these; WALKED=30000 also walks searches to their end among so many generated products; SHOW=1 lists the queries that could do better, except for those that are held out.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '#local/services/ports.ts';
import { startThrowawayStores } from '#local/services/throwaway.ts';
import { buildFunctions } from '../../../scripts/build-functions.ts';
import { startEngine } from '../engine.ts';
import { root, urlOf } from '../stores.ts';
import { goal, judgeSearch, reachesGoal, type Score } from './judge.ts';
import { foundMisspelled, goalOfMisspellings, misspellings } from './misspell.ts';
import { walkAll } from './walk-all.ts';

const { values: flags } = parseArgs({ options: { engine: { type: 'string', default: 'postgres' } } });
await buildFunctions();
const engine = await startEngine(flags.engine);
const stores = await startThrowawayStores();
await engine.fill(stores.shopUrl);
// In a process of its own, whose log lines are left aside; without Redis, so that every search is searched.
const server = {
  checkout: root,
  keyPrefix: 'bench:',
  databaseUrl: urlOf(stores.shopUrl, { username: 'kelvo_app' }),
  redisUrl: null,
  port: await freePort(),
  variables: engine.variables,
};
const shop = fork(join(root, 'tests/bench/kelvo-server.ts'), [JSON.stringify(server)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
const [{ url }] = (await once(shop, 'message')) as [{ url: string }];
const ask = async (q: string): Promise<string[]> => {
  const response = await fetch(`${url}/api/search?${new URLSearchParams({ q, limit: '10' })}`);
  if (response.status !== 200) throw new Error(`${response.status} for "${q}": ${await response.text()}`);
  return ((await response.json()) as { items: { slug: string }[] }).items.map(({ slug }) => slug);
};

const figure = (n: number) => n.toFixed(3).padStart(7);
const line = (name: string, { queries, ndcg, top3, top1 }: Score) =>
  console.log(`${name.padEnd(24)}${String(queries).padStart(8)}${figure(ndcg)}${figure(top3)}${figure(top1)}`);
try {
  const verdict = await judgeSearch(ask);
  console.log(`${''.padEnd(24)} queries  NDCG@10 top 3 top 1`);
  for (const [kind, score] of verdict.byKind) line(kind, score);
  line('all', verdict.all);
  line('tuned with', verdict.tuned);
  line('held out', verdict.heldOut);
  if (process.env.SHOW)
    for (const { query, ndcg, found } of verdict.worst)
      console.log(`${ndcg.toFixed(2)}  ${query.kind}: "${query.q}" → ${found.slice(0, 5).join(', ')}`);
  const made = misspellings(Number(process.env.MISSPELLINGS ?? 10_000));
  const { share, missed } = await foundMisspelled(ask, made);
  console.log(`${made.length} misspelled words of names: ${(share * 100).toFixed(1)} % found in the top 3`);
  if (process.env.SHOW) console.log(missed.map(({ typed, word }) => `${typed} (${word})`).join(', '));
  const walks = Number(process.env.WALKED ?? 0) === 0 || (await walkAll(stores.shopUrl, url, Number(process.env.WALKED)));
  const answered = await engine.answered();
  if (Number.isFinite(answered)) console.log(`OpenSearch answered ${answered} questions.`);
  const good = reachesGoal(verdict.all) && share >= goalOfMisspellings && walks;
  console.log(
    good ? 'Good enough.' : `Not good enough: ${goal.ndcg} and ${goal.top3} are wanted, and ${goalOfMisspellings} of misspelled words.`,
  );
  process.exitCode = good ? 0 : 1;
} finally {
  shop.kill('SIGKILL');
  await stores.stop();
  await engine.stop();
}
