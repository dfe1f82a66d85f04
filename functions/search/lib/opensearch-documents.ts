import { hash } from 'node:crypto';

/**
 * A product as the index holds it: words as PostgreSQL parts and stems them (`w_name`, `w_title` and `w_all` of its row), so that both engines find
 * the same; and what hits are filtered, sorted and counted by. What is shown of a product is read from PostgreSQL.
 */
export interface ProductDocument {
  id: string;
  name: string;
  name_key: string;
  words_in_name: string[];
  words_in_title: string[];
  words: string[];
  category: string | null;
  tags: string[];
  /** US cents. */
  price: number;
  popularity: number;
  /** Milliseconds since the epoch. */
  created: number;
  /** A hint: as it was when the document was written. */
  in_stock: boolean;
}

/**
 * A name as names are sorted: without accents and case, numbers by their value, punctuation before digits. PostgreSQL's collation `names` has more
 * to say: names that differ in nothing else may stand in another order here.
 */
export const nameKey = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, '!')
    .replace(/\p{Nd}+/gu, (digits) => digits.replace(/^0+(?=.)/, '').padStart(12, '0'));

const searched = { type: 'keyword', doc_values: false, norms: false } as const;
const sorted = { type: 'keyword', index: false } as const;
const counted = { type: 'keyword' } as const;

/**
 * What an index is made with. Replicas come and go with the nodes: one node has none. A deletion is remembered for ten minutes (`gc_deletes`), longer
 * than a consumer runs, so that a change which was read before it and arrives after it does not bring the product back.
 * @param products about how many there will be: five million of them make a shard of a few GB
 */
export const indexDefinition = (products: number) => ({
  settings: {
    number_of_shards: Math.max(1, Math.ceil(products / 5_000_000)),
    auto_expand_replicas: '0-1',
    gc_deletes: '10m',
    max_result_window: 20_000,
  },
  mappings: {
    dynamic: 'strict',
    _source: { includes: ['name'] },
    properties: {
      id: sorted,
      name: { type: 'keyword', index: false, doc_values: false },
      name_key: sorted,
      words_in_name: searched,
      words_in_title: searched,
      words: searched,
      category: counted,
      tags: counted,
      price: { type: 'long' },
      popularity: { type: 'integer', index: false },
      created: { type: 'long', index: false },
      in_stock: { type: 'boolean' },
    },
  },
});
export type IndexDefinition = ReturnType<typeof indexDefinition>;

/** Tells definitions apart: a rebuild goes on with an index of its own definition only. */
export const fingerprint = (definition: IndexDefinition): string => hash('sha256', JSON.stringify(definition)).slice(0, 12);

/** The names of a stage's indexes: searches ask the alias `read`, and what changes is written to every index that has the alias `written`. */
export const indexNames = (stage: string) => {
  const read = `kelvo-${stage}-products`;
  return { read, written: `${read}-written`, index: (id: string) => `${read}-${id}` };
};
