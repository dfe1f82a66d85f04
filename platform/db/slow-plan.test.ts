import { expect, test } from 'vitest';
import { readsTables } from './slow-plan.ts';

test('what reads tables, and nothing else, can be made slow', () => {
  const reads = [
    'select p.id, p.updated_at from products p where p.id = $1',
    '\n  with page as (select id from products limit 1) select * from page',
    'SELECT count(*) FROM orders',
  ];
  const others = [
    'select 1',
    'select id from orders where id = $1 for update',
    'insert into carts (id) select $1 from products',
    'with gone as (delete from carts returning 1) select count(*) from gone',
    'with locked as (select id from products for no key update) select * from locked',
    'update carts set version = version + 1 from products',
    'begin',
  ];
  expect([...reads, ...others].filter(readsTables)).toEqual(reads);
});
