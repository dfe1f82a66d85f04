import { chancesOf } from '#platform/chances.ts';
import { dueAll, writeBaskets } from '#tests/support/baskets.ts';
import { makeWorld, type World, type WorldSize } from './world.ts';

/** What recommendations are judged on: a shop's database, its training and its API. */
export interface Judged {
  query: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  train: () => Promise<unknown>;
  /** The ids that the shop recommends with a product. */
  ask: (productId: string) => Promise<string[]>;
}

export interface Figures {
  /** Of all held-out baskets, the share of which another product was among the four. */
  hits: number;
  /** The share of all products that is recommended with some other. */
  coverage: number;
}

export interface Verdict {
  heldOut: number;
  kelvo: Figures;
  popular: Figures;
  sameCategory: Figures;
  /** The share of all products that others go with, by what was learned. */
  paired: number;
}

/**
 * With structure, clearly better than both: by so much. Without, no better than the most popular products, give or take the luck of the draw, and hardly
 * a product may have a pair: what there is no reason for must not be found.
 */
export const goal = { times: 2, withoutStructure: { times: 1.1, paired: 0.01 } };

const places = 4;

/** Makes a shop of generated products and orders, trains, asks for each held-out basket, and compares with what needs no training. */
export async function judgeRecommendations(shop: Judged, size: WorldSize, { structured }: { structured: boolean }): Promise<Verdict> {
  const world = makeWorld(size, { structured });
  await writeWorld(shop, world, size);
  await shop.train();
  const sold = new Map<string, number>();
  for (const { productIds, status } of world.orders)
    if (status === 'paid') for (const id of productIds) sold.set(id, (sold.get(id) ?? 0) + 1);
  const best = world.products.toSorted((a, b) => (sold.get(b.id) ?? 0) - (sold.get(a.id) ?? 0));
  const categoryOf = new Map(world.products.map(({ id, category }) => [id, category]));
  const top = best.slice(0, places + 1).map(({ id }) => id);
  const topOf = Array.from({ length: size.categories }, (_, category) =>
    best
      .filter((product) => product.category === category)
      .slice(0, places + 1)
      .map(({ id }) => id),
  );
  const without = (list: readonly string[], id: string) => list.filter((other) => other !== id).slice(0, places);
  const [pairs] = await shop.query<{ paired: number }>('select count(distinct product_id)::integer as paired from product_affinity');
  return {
    heldOut: world.heldOut.length,
    kelvo: await figuresOf(world, shop.ask),
    popular: await figuresOf(world, async (id) => without(top, id)),
    sameCategory: await figuresOf(world, async (id) => without(topOf[categoryOf.get(id) ?? 0] ?? [], id)),
    paired: (pairs?.paired ?? 0) / world.products.length,
  };
}

/** What a verdict falls short of; empty where it is good enough. */
export function faultsOf({ kelvo, popular, sameCategory, paired }: Verdict, { structured }: { structured: boolean }): string[] {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  if (structured) {
    return (['hits', 'coverage'] as const).flatMap((of) => {
      const better = Math.max(popular[of], sameCategory[of]);
      return kelvo[of] >= goal.times * better ? [] : [`${of}: ${percent(kelvo[of])}, and must be ${goal.times} times ${percent(better)}`];
    });
  }
  const most = goal.withoutStructure;
  return [
    ...(kelvo.hits <= most.times * popular.hits
      ? []
      : [`hits without structure: ${percent(kelvo.hits)}, and popular products have ${percent(popular.hits)}`]),
    ...(paired <= most.paired ? [] : [`pairs without structure: of ${percent(paired)} of the products`]),
  ];
}

/** Asks once for each product that is in a held-out basket: whoever has one of its products is shown what goes with that. */
async function figuresOf({ products, heldOut }: World, ask: Judged['ask']): Promise<Figures> {
  const chance = chancesOf(3);
  const answers = new Map<string, string[]>();
  let hits = 0;
  for (const basket of heldOut) {
    const asked = basket[Math.floor(chance() * basket.length)] as string;
    const answer = answers.get(asked) ?? (await ask(asked));
    answers.set(asked, answer);
    if (answer.length !== places) throw new Error(`${answer.length} products are recommended instead of ${places}`);
    if (basket.some((id) => id !== asked && answer.includes(id))) hits += 1;
  }
  return { hits: hits / heldOut.length, coverage: new Set([...answers.values()].flat()).size / products.length };
}

/** The world's products are all there is on the shelf: old, all of one price, as popular as they sold. */
async function writeWorld(shop: Judged, { products, orders }: World, { categories }: WorldSize): Promise<void> {
  await shop.query('truncate product_affinity, affinity_due');
  await shop.query('delete from order_items');
  await shop.query(`update products set archived_at = now() where archived_at is null`);
  await shop.query(
    `insert into categories (id, slug, name) select gen_random_uuid(), 'bench-' || n, 'Bench ' || n from generate_series(0, ${categories - 1}) n on conflict do nothing`,
  );
  await shop.query(
    `insert into products (id, slug, name, description, category_id, price_amount, stock, created_at, updated_at)
       select made.id, made.id, 'A product', 'of the bench', c.id, 1000, 100, '2025-01-01', '2025-01-01'
         from jsonb_to_recordset($1) as made (id uuid, category integer) join categories c on c.slug = 'bench-' || made.category`,
    [JSON.stringify(products)],
  );
  for (let i = 0; i < orders.length; i += 5_000) await writeBaskets(shop, orders.slice(i, i + 5_000));
  await shop.query(
    `update products p set popularity = round(100 * ln(1 + sold.orders) / ln(2))
       from (select product_id, count(*) as orders from order_items i join orders o on o.id = i.order_id where o.status = 'paid' group by 1) sold
      where sold.product_id = p.id`,
  );
  await dueAll(shop);
}
