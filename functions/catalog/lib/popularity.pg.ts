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
 * A part that writes the popularity of locked products from `points` (a part with `product_id` and `points`). A row that has that value already stays
 * as it is: the column is in two indexes, so that a change writes to every index of the table.
 */
export const writePopularity =
  (points: string): Part =>
  () =>
    `update products set popularity = ${points}.points from ${points}
      where products.id = ${points}.product_id and products.popularity <> ${points}.points returning products.id`;
