import type { Part } from '#platform/db/together.ts';

/**
 * A part that locks the products of `ids` (a part with `product_id`) and gives their popularity. Rows that an order holds at the moment are left out:
 * an order never waits behind a long list of products, and they get their turn the next time.
 */
export const lockPopularity =
  (ids: string): Part =>
  () =>
    `select id, popularity from products where id in (select product_id from ${ids}) order by id for no key update skip locked`;

/**
 * So many points are worth a write: 100 are twice as popular, so 5 are 3.5 % more, which hardly changes the order of a list. The column is in indexes,
 * so a change of it is no HOT update: it writes to every index of the table, those of its words too, and its page fills up.
 */
export const noticeable = 5;

/** A part that writes the popularity of locked products from `points` (a part with `product_id` and `points`), where it moved noticeably. */
export const writePopularity =
  (points: string): Part =>
  () =>
    `update products set popularity = ${points}.points from ${points}
      where products.id = ${points}.product_id and abs(products.popularity - ${points}.points) >= ${noticeable} returning products.id`;
