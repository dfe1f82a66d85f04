import { describe, expect, it } from 'vitest';
import { describer, summaryOf } from './statement-summary.ts';

describe('the summary of a statement', () => {
  it.each([
    ['begin', 'BEGIN'],
    ['select 1', 'SELECT'],
    ['select id from products where id = $1', 'SELECT products'],
    ['select o.id from orders o join order_items i on i.order_id = o.id', 'SELECT orders SELECT order_items'],
    ['insert into outbox (id) values ($1)', 'INSERT outbox'],
    ['update outbox o set published_at = $1 from unnest($2::uuid[]) as noted (id) where o.id = noted.id', 'UPDATE outbox'],
    ['delete from inbox where at < $1', 'DELETE inbox'],
    ['with made as (insert into orders (id) values ($1) returning id) select id from made', 'INSERT orders'],
    ['with a as (select 1 from products), b (n) as (select n from a) select n from b', 'SELECT products'],
    ['with recursive a as materialized (select 1 from categories) select 1 from a', 'SELECT categories'],
    ['select id from outbox order by id for update skip locked', 'SELECT outbox'],
    ['select extract(epoch from now()) from jsonb_array_elements($1) e', 'SELECT'],
    ["select 'from people' from words -- from nobody", 'SELECT words'],
    ['insert into a select 1 from b on conflict (id) do update set x = 1', 'INSERT a'],
  ])('of %j is %j', (statement, summary) => {
    expect(summaryOf(statement)).toBe(summary);
  });

  it('names four tables at most', () => {
    const statement = ['a', 'b', 'c', 'd', 'e'].map((table) => `select 1 from ${table}`).join(' union ');
    expect(summaryOf(statement)).toBe('SELECT a SELECT b SELECT c SELECT d …');
  });

  it('comes with the text in one line, which is cut where it is long', () => {
    const { text } = describer()(`select 1\n    from products where ${'x or '.repeat(1_000)}`);
    expect(text).toMatch(/^select 1 from products where x or/);
    expect(text).toHaveLength(2_001);
  });
});
