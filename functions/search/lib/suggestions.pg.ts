import type { Sql } from '#platform/db/sql.ts';
import type { SuggestedRow } from './found-products.pg.ts';
import type { Suggested } from './product-index.ts';
import { readFor, suggestedQueries, wordsSoFar } from './suggested-queries.ts';
import { asked, categoriesOf, meant, meantWords, typed } from './suggested-words.pg.ts';

interface Found {
  /** Most popular first, those with the words in their names before those with the words in their tags. */
  products: SuggestedRow[];
  categories: { slug: string; name: string }[];
  /** Words that were probably meant, for each typed one; none unless nothing was found for what was typed. */
  meant: string[][];
}

/** How many of the most popular products are looked at, one after the other: enough where one in 300 has the word. */
const walked = 2_000;
/** Rarer words are looked up. Of more products than this any will do: they are not among the popular ones. */
const lookedUp = 2_000;

/**
 * The steps by which a question finds products: in names, and where these give too few, in tags. For each, first a walk along the most popular
 * products, which ends early for what most people type and is bounded for all else; then the index of words, quick for what the walk missed,
 * because that is rare. A step runs only while those before it found too few.
 * @param name of the question's relation, as `asked` has it
 */
const stepsOf = (name: string) => `
${name}_walk as materialized (
  select id, popularity from popular where (select starts from ${name}) is not null and w_name @@ (select starts from ${name}) limit $3),
${name}_names as materialized (
  select id, popularity from products
   where (select count(*) from ${name}_walk) < $2 and archived_at is null and w_name @@ (select words from ${name}) limit ${lookedUp}),
${name}_tags_walk as materialized (
  select id, popularity from popular
   where (select count(*) from ${name}_walk) < $2 and (select count(*) from ${name}_names) < $2 and (select words from ${name}) is not null
     and w_title @@ (select words from ${name}) limit $3),
${name}_tags as materialized (
  select id, popularity from products
   where (select count(*) from ${name}_walk) < $2 and (select count(*) from ${name}_names) < $2
     and (select count(*) from ${name}_tags_walk) < $2
     and archived_at is null and w_title @@ (select words from ${name}) limit ${lookedUp}),
${name}_found as materialized (
  select id, popularity, max(level) as level from (
    select *, 2 as level from ${name}_walk union all select *, 2 from ${name}_names union all
    select *, 1 from ${name}_tags_walk union all select *, 1 from ${name}_tags) found
   group by id, popularity order by level desc, popularity desc, id desc limit $3),
${categoriesOf(name)}`;

/** $1 the typed words, $2 how many products are enough, $3 how many to read. First what was typed is asked; where it finds nothing, what was meant. */
const statement = `
with ${typed},
popular as materialized (
  select id, popularity, w_name, w_title from products where archived_at is null order by popularity desc, id desc limit ${walked}),
${asked},
${stepsOf('asked')},
nothing as materialized (select where not exists (select from asked_found) and not exists (select from asked_categories)),
${meant},
${stepsOf('guess')},
found as (select * from asked_found union all select * from guess_found)
select coalesce((select json_agg(json_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'tags', p.tags, 'image_url', p.image_url,
                                                   'price_amount', p.price_amount) order by f.level desc, f.popularity desc, f.id desc)
                   from found f join products p on p.id = f.id), '[]') as products,
       coalesce((select json_agg(c) from (select * from asked_categories union all select * from guess_categories) c), '[]') as categories,
       ${meantWords}`;

/** What the catalog has for text whose last word may not be finished. Mistyped words are mended where nothing has them as they are typed. */
export async function selectSuggestions(sql: Sql, text: string, limit: number): Promise<Suggested> {
  const words = wordsSoFar(text);
  if (words.length === 0) return { queries: [], products: [], categories: [] };
  const [found] = await sql<Found>(statement, [words, limit, Math.max(limit, readFor)]);
  if (!found) throw new Error('aggregates give one row');
  const { products, categories, meant } = found;
  return { queries: suggestedQueries(products, { words, meant }, limit), products: products.slice(0, limit), categories };
}
