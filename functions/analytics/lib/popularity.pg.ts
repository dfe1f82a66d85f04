import { lockPopularity, noticeable, writePopularity } from '#functions/catalog/lib/popularity.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import { together } from '#platform/db/together.ts';

/** In so many days, what was sold loses half of its weight. */
const halfLifeDays = 14;
/** `products.popularity` is a logarithm: so many points more are twice as popular. */
const doubling = 100;

/** How many points a piece sold at an instant is worth, by itself. */
const pointsAt = (instant: string) =>
  `${doubling} * extract(epoch from ${instant} - popularity_began_at)::float8 / (${halfLifeDays} * 86400)`;
/** How many pieces sold now some points are worth; within what a double can hold. */
const piecesWorth = (points: string) => `power(2, least(1000, greatest(-1000, (${points} - today) / ${doubling})))`;

/**
 * Adds pieces that were sold, and are not in it yet, to the popularity of up to `limit` products, in the order of their ids.
 *
 * What was sold loses weight with time: not by counting all products down over and over, but by making a later piece worth more, as many points as
 * everything else would have lost. The order of the products is the same, and one that sells nothing is never written ("forward decay",
 * docs/adr/0024-popularity-is-a-logarithm.md). A piece counts for the day it was paid on, so it does not matter when and how often this runs.
 *
 * One statement, so all of it happens or nothing. It waits for nobody: a product that an order holds, or a count that is being raised, is left to the
 * next run.
 * @param after the id behind which to begin
 * @returns how many products had sales to add, the last one's id, and how many rows of `products` were written
 */
export async function addSalesToPopularity(
  sql: Sql,
  { after, limit, now }: { after: string; limit: number; now: Date },
): Promise<{ due: number; last: string | null; written: number }> {
  const [row] = await together<{ due: number; last: string | null; written: number }>(
    sql,
    {
      scale: (bind) => `select popularity_began_at, ${pointsAt(`${bind(now)}::timestamptz`)} as today from analytics_marks`,
      due: (bind) =>
        `select distinct product_id from product_sales where due and product_id > ${bind(after)} order by product_id limit ${bind(limit)}`,
      locked: lockPopularity('due'),
      fresh: () =>
        `select s.day, s.product_id, s.currency, s.pieces - s.counted as pieces from product_sales s join locked on locked.id = s.product_id
          where s.due for no key update of s skip locked`,
      marked: () =>
        `update product_sales s set counted = s.counted + fresh.pieces from fresh
          where s.day = fresh.day and s.product_id = fresh.product_id and s.currency = fresh.currency`,
      gained: () =>
        `select product_id, sum(pieces * ${piecesWorth(pointsAt('day'))}) as pieces
           from fresh cross join scale group by product_id`,
      // The product may lag behind its score by less than is noticeable; the score goes on, so that small steps add up, and nothing drifts. Farther
      // apart it was set by hand since, or never scored: then it goes on from what the product has.
      before: () =>
        `select locked.id, case when abs(round(score)::integer - popularity) < ${noticeable} then score else popularity end as score
           from locked left join product_scores on product_id = locked.id`,
      scored: () =>
        `insert into product_scores (product_id, score)
           select id, today + ${doubling} * ln(${piecesWorth('before.score')} + gained.pieces) / ln(2)
             from before join gained on gained.product_id = before.id cross join scale
         on conflict (product_id) do update set score = excluded.score
         returning product_id, round(score)::integer as points`,
      written: writePopularity('scored'),
    },
    `select (select count(*)::integer from due) as due, (select product_id from due order by product_id desc limit 1) as last,
            (select count(*)::integer from written) as written`,
  );
  return row ?? { due: 0, last: null, written: 0 };
}
