import { expect, test } from 'vitest';
import { byRoute, noFigures, noteAnswer, sumOf } from './figures.ts';

test('figures of parts add up, also after a way through JSON', () => {
  const [one, other] = [noFigures(), noFigures()];
  Object.assign(one, { arrived: 2, dropped: 1, sent: 3 });
  Object.assign(other, { arrived: 1, sent: 1 });
  noteAnswer(one, 'GET /api/products', 10, undefined);
  noteAnswer(one, 'GET /api/products', 10, 'timeout');
  noteAnswer(one, 'POST /api/orders', 100, 'out-of-stock');
  noteAnswer(other, 'GET /api/products', 20, 'timeout');
  const sum = sumOf([JSON.parse(JSON.stringify(one)), other]);
  expect(sum).toMatchObject({ arrived: 3, dropped: 1, sent: 4, ok: 1, failed: { timeout: 2, 'out-of-stock': 1 } });
  expect(byRoute(sum).map(({ route, count }) => [route, count])).toEqual([
    ['GET /api/products', 3],
    ['POST /api/orders', 1],
  ]);
  expect(byRoute(sum)[0]?.p50).toBeCloseTo(10, 0);
});
