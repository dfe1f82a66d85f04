import { expect, test } from 'vitest';
import { keepAnswer, makeQueryClient } from './query-client.ts';

test.each([
  ['without an answer so far', undefined],
  ['that has shown a state already', 'older'],
])('what a change answered outlives a read %s that began before it', async (_, known) => {
  const client = makeQueryClient();
  const key = ['order', '1'];
  if (known) client.setQueryData(key, known);
  const late = Promise.withResolvers<string>();
  const reading = client.fetchQuery({ queryKey: key, queryFn: () => late.promise, staleTime: 0 }).catch(() => undefined);
  await keepAnswer(client, key, 'cancelled');
  late.resolve('paid');
  await Promise.all([reading, late.promise]);
  expect(client.getQueryData(key)).toBe('cancelled');
});
