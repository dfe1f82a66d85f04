/** A deploy that did not get to its end, and the same command again. */
import assert from 'node:assert/strict';
import { type Context, deploy, run, scriptLine, stacksOf } from '../context.ts';
import { configurationOf } from '../functions.ts';
import { health } from '../shop.ts';
import { until } from '../wait.ts';

const failing = 'kelvo-dev-cost';
/** Its topic can be made, and its schema cannot: the release has no such migration. */
const templateThatFails = (migrate: string) =>
  JSON.stringify({
    Resources: {
      Topic: { Type: 'AWS::SNS::Topic' },
      Fails: { Type: 'Custom::Migration', DependsOn: 'Topic', Properties: { ServiceToken: migrate, SchemaVersion: '0000_never_written' } },
    },
  });

const stateOf = async ({ aws }: Context, stack: string) => (await stacksOf(aws, 'dev')).find(({ name }) => name === stack)?.status;

/** Ctrl-C while the app's stack changes, and a stack whose first create failed: the same command carries on and heals. */
export async function interruptAndFail(context: Context): Promise<string> {
  const { aws } = context;
  let interrupted = false;
  const { code, output } = await run(
    context,
    process.execPath,
    scriptLine(context, 'deploy', 'dev', ['--yes', '--version', 'v5']),
    {},
    (written, interrupt) => {
      if (interrupted || !written.includes('kelvo-dev: changing')) return;
      interrupted = true;
      interrupt();
    },
  );
  assert.equal(code, 130, `the interrupted deploy: ${output.slice(-800)}`);
  assert.doesNotMatch(output, /^Deployed in/m);
  await aws.query('cloudformation', 'DeleteStack', { StackName: failing });
  await until(`${failing} is gone`, async () => (await stateOf(context, failing)) === undefined);
  const { FunctionArn } = await configurationOf(aws, 'rumshop-ops-migrate-dev');
  await aws.query('cloudformation', 'CreateStack', { StackName: failing, TemplateBody: templateThatFails(FunctionArn) });
  await until(`${failing} has failed`, async () => (await stateOf(context, failing)) === 'ROLLBACK_COMPLETE');
  const again = await deploy(context, 'dev', 'v5');
  assert.match(again, new RegExp(`${failing} is in ROLLBACK_COMPLETE`));
  const standing = await stacksOf(aws, 'dev');
  assert.deepEqual(
    standing.filter(({ status }) => !/^(CREATE|UPDATE)_COMPLETE$/.test(status)),
    [],
    'every stack is complete',
  );
  assert.equal(await stateOf(context, failing), 'CREATE_COMPLETE', 'the stack that had failed is made');
  assert.equal((await health(context, 'dev')).version, 'v5');
  return `ended with 130 at kelvo-dev; started again it carried on, and made ${failing} out of ROLLBACK_COMPLETE`;
}
