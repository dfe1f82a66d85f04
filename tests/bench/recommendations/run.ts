// npm run bench:recommendations: how often four recommendations hit what was bought, and how much of the catalog they show, on generated orders that training
// has not seen, beside the most popular products and those of the same category; and that orders without structure teach nothing. Exit code 1 where that is
// not so. PRODUCTS (1,200) and ORDERS (24,000) say how much.
import { startGateway } from '#local/gateway/server.ts';
import { freePort } from '#local/services/ports.ts';
import { buildFunctions } from '../../../scripts/build-functions.ts';
import { benchStores, root, stackOn } from '../stores.ts';
import { type Figures, faultsOf, judgeRecommendations } from './judge.ts';

const size = { products: Number(process.env.PRODUCTS ?? 1_200), categories: 12, orders: Number(process.env.ORDERS ?? 24_000) };

await buildFunctions();
const stores = await benchStores();
const port = await freePort();
const stack = await stackOn({ databaseUrl: await stores.shop('shop'), redisUrl: null, port }, { POWERTOOLS_LOG_LEVEL: 'SILENT' });
const gateway = await startGateway({ ...stack, port, root });
const shop = {
  query: async <Row extends object>(text: string, values: unknown[] = []) => (await stores.query('shop', text, values)) as Row[],
  train: () => gateway.invoke('RecommendationsTrainAffinities', { time: '2026-11-20T00:00:00.000Z' }, 300_000),
  ask: async (productId: string): Promise<string[]> => {
    const response = await fetch(`${gateway.url}/api/recommendations?productId=${productId}`);
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return ((await response.json()) as { items: { product: { id: string } }[] }).items.map(({ product }) => product.id);
  },
};
const percent = (share: number) => `${(share * 100).toFixed(1)} %`.padStart(10);
const line = (name: string, { hits, coverage }: Figures) => console.log(`  ${name.padEnd(26)}${percent(hits)}${percent(coverage)}`);
let faults: string[] = [];
try {
  for (const structured of [true, false]) {
    const startedAt = performance.now();
    const verdict = await judgeRecommendations(shop, size, { structured });
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    console.log(
      `${structured ? 'With' : 'Without'} structure, ${verdict.heldOut} baskets (${seconds} s)${' '.repeat(6)}hit rate@4  coverage`,
    );
    line('recommendations', verdict.kelvo);
    line('most popular', verdict.popular);
    line('most popular of category', verdict.sameCategory);
    console.log(`  products with a pair      ${percent(verdict.paired)}`);
    faults = [...faults, ...faultsOf(verdict, { structured })];
  }
} finally {
  await gateway.close(0);
  await stores.stop();
}
for (const fault of faults) console.error(`not good enough: ${fault}`);
process.exit(faults.length > 0 ? 1 : 0);
