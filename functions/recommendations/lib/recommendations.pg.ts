import { productsHeld } from '#functions/cart/lib/lines.pg.ts';
import { type ProductRow, productColumns } from '#functions/catalog/lib/products.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import { type Part, together } from '#platform/db/together.ts';
import { mostOthers } from './affinity.ts';
import type { Reason } from './contract.ts';

/** What products are recommended by. */
export interface RecommendedFor {
  productId?: string | undefined;
  /** A cart. */
  sessionId?: string | undefined;
  limit: number;
  now: Date;
}

export interface RecommendationRow extends ProductRow {
  reason: Reason;
}

/** Of a cart, the lines added last decide which categories are recommended from. A cart of a hundred would otherwise read half of the catalog. */
const latestLines = 5;
/** The most popular of a category that are looked at: enough that some are in stock and cost about as much. */
const walked = 200;
/** A product is new for so many days, and one of the newest so many. */
const newFor = { days: 30, newest: 50 };
/** Of so many places, one is a new product's. Nobody buys what nobody is shown, so what is new would otherwise never become popular. */
const placesPerNew = 4;

/**
 * The products to recommend, best first, in one statement whose cost does not grow with the catalog: each part reads so many rows of an index.
 *
 * First what was bought together with the seeds (the product, or all lines of the cart: their scores add up), then what is popular in their
 * categories, about as dear (half to twice the price) before the rest, then what is popular at all: enough of that to fill the answer always.
 * A cart's answer is mixed: no category, and no single line of the cart, may have more than half of the places as long as there are others.
 * @returns `known`: whether the product is on the shelf, or the cart holds something
 */
export async function selectRecommendations(
  sql: Sql,
  { productId, sessionId, limit, now }: RecommendedFor,
): Promise<{ known: boolean; rows: RecommendationRow[] }> {
  const half = sessionId === undefined ? limit : Math.ceil(limit / 2);
  const rows = await together<RecommendationRow & { known: boolean }>(
    sql,
    {
      ...(sessionId === undefined ? { seeds: theProduct(productId) } : { held: productsHeld(sessionId), seeds: linesOfCart }),
      kinds: () =>
        `select category_id, avg(price_amount) as price from (select * from seeds order by place limit ${latestLines}) latest
          where category_id is not null group by category_id`,
      bought: () =>
        `select together.id, p.category_id, together.line, together.score
           from (select a.other_id as id, sum(a.score) as score, (array_agg(a.product_id order by a.score desc))[1] as line
                   from seeds cross join lateral
                     (select * from product_affinity kept where kept.product_id = seeds.id order by score desc limit ${mostOthers}) a
                  where a.other_id not in (select id from seeds) group by a.other_id) together
           join products p on p.id = together.id and p.archived_at is null and p.stock > 0`,
      fresh: (bind) => {
        const since = `p.archived_at is null and p.created_at > ${bind(new Date(now.getTime() - newFor.days * 86_400_000))}::timestamptz`;
        const newest = `order by p.created_at desc, p.id desc limit ${newFor.newest}`;
        // In an order that differs from day to day and from product to product, so that each gets its turn; and is the same until tomorrow.
        const turn = `md5(id::text || ${bind(`${productId ?? ''} ${now.toISOString().slice(0, 10)}`)})`;
        return `select id from (
             select near.* from kinds cross join lateral
               (select p.id, p.stock from products p where p.category_id = kinds.category_id and ${since} ${newest}) near
             union all
             (select p.id, p.stock from products p where not exists (select from kinds) and ${since} ${newest})) recent
          where stock > 0 and id not in (select id from seeds) and id not in (select id from bought)
          order by ${turn} limit ${bind(Math.floor(limit / placesPerNew))}`;
      },
      alike: () =>
        `select near.id, near.category_id, near.popularity, near.price_amount not between kinds.price / 2 and kinds.price * 2 as other_price
           from kinds cross join lateral
             (select p.id, p.category_id, p.popularity, p.price_amount, p.stock from products p
               where p.category_id = kinds.category_id and p.archived_at is null
               order by p.popularity desc, p.id desc limit ${walked}) near
          where near.stock > 0 and near.id not in (select id from seeds)`,
      popular: (bind) =>
        `select p.id, p.category_id, p.popularity from products p
          where p.archived_at is null and p.stock > 0 and p.id not in (select id from seeds)
          order by p.popularity desc, p.id desc limit ${bind(limit)}`,
      // Each product once, for its best reason.
      candidates: () =>
        `select distinct on (id) * from (
             select id, category_id, line, 1 as rank, false as other_price, score as points from bought
             union all select id, category_id, null, 2, other_price, popularity from alike
             union all select id, category_id, null, 3, false, popularity from popular) found
          where id not in (select id from fresh) order by id, rank`,
      by_line: (bind) =>
        `select *, rank = 1 and ${bind(half)} < row_number() over (partition by rank, line order by points desc, id) as crowds_line from candidates`,
      by_category: (bind) =>
        `select *, crowds_line or ${bind(half)} < row_number() over (partition by rank, crowds_line, category_id order by other_price, points desc, id) as crowds
           from by_line`,
      placed: (bind) =>
        `select id, rank, row_number() over (order by rank, crowds, other_price, points desc, id) as place from by_category
          order by place limit ${bind(limit)}::integer - (select count(*) from fresh)`,
      chosen: () => `select id, rank, place from placed union all select id, 4, 1000 + row_number() over () from fresh`,
    },
    `select exists (select from seeds) as known, (array['bought-together', 'same-category', 'popular', 'new'])[chosen.rank] as reason, ${productColumns}
       from (select) as always left join (chosen join products p on p.id = chosen.id left join categories c on c.id = p.category_id) on true
      order by chosen.place`,
  );
  return { known: rows[0]?.known ?? false, rows: rows.filter(({ id }) => id !== null) };
}

/** The one product, if it is on the shelf. Without an id, nothing. */
const theProduct =
  (id: string | undefined): Part =>
  (bind) =>
    `select id, category_id, price_amount, 1 as place from products where id = ${bind(id ?? null)}::uuid and archived_at is null`;

/** What a cart holds, the line added last first; also what is off the shelf by now. */
const linesOfCart: Part = () =>
  `select p.id, p.category_id, p.price_amount, row_number() over (order by held.added_at desc, p.id) as place
     from held join products p on p.id = held.id`;
