import { expect, test } from 'vitest';
import { propertiesOf, valueIn } from '#tests/architecture/support/template.ts';
import { invocation } from './search-reindex.ts';

test.each(['dev', 'staging', 'prod'])("a stage's index is rebuilt by calls of its own function: %s", (stage) => {
  const { FunctionName, Timeout } = propertiesOf('SearchRebuildIndex');
  const waits = 960;
  expect(waits).toBeGreaterThan(Number(Timeout));
  expect(invocation(stage, '/tmp/payload.json', '/tmp/answer.json')).toEqual([
    ...['lambda', 'invoke', '--function-name', valueIn(stage, FunctionName), '--cli-read-timeout', String(waits)],
    ...['--payload', 'fileb:///tmp/payload.json', '/tmp/answer.json'],
  ]);
});
