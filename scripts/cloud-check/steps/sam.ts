/** SAM's own command on the stack that the script deployed. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buyAsGuest } from '#local/sam/guest-purchase.ts';
import { textsIn } from '../aws.ts';
import { type Context, outputsOf, type Ran, run } from '../context.ts';
import { configurationOf } from '../functions.ts';
import { addressOf, health } from '../shop.ts';

/** The stack's parameters as they were passed. */
async function passedParameters({ aws }: Context): Promise<Record<string, string>> {
  const xml = await aws.query('cloudformation', 'DescribeStacks', { StackName: 'kelvo-dev' });
  const parameters = xml.match(/<Parameters>([\s\S]*?)<\/Parameters>/)?.[1] ?? '';
  const values = textsIn(parameters, 'ParameterValue');
  return Object.fromEntries(textsIn(parameters, 'ParameterKey').map((key, i) => [key, values[i] ?? '']));
}

/** As SAM reads a value on its command line. */
const override = ([name, value]: [string, string]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/**
 * `sam deploy` with the packaged template and the parameters of the deployed version has nothing to deploy: it and our script deploy the same. With one
 * parameter changed it deploys, and the shop sells.
 */
export async function samDeploy(context: Context): Promise<string> {
  const { aws, clone } = context;
  const { version } = await health(context, 'dev');
  const { ArtifactsBucket: bucket = '' } = await outputsOf(aws, 'kelvo-dev-artifacts');
  const record = (await (await aws.rest('s3', 'GET', `/${bucket}/versions/${version}.json`)).json()) as { template: string };
  const file = join(clone, '.cloud-check/packaged.yaml');
  writeFileSync(file, await (await aws.rest('s3', 'GET', `/${bucket}/${record.template}`)).text());
  const parameters = await passedParameters(context);
  assert.ok(Object.keys(parameters).length > 40, 'the stack has its parameters');
  const samDeployWith = (given: Record<string, string>): Promise<Ran> =>
    run(
      context,
      'sam',
      [
        ...['deploy', '--template-file', file, '--stack-name', 'kelvo-dev', '--region', 'us-east-1'],
        ...['--s3-bucket', bucket, '--s3-prefix', 'sam', '--no-fail-on-empty-changeset', '--no-confirm-changeset'],
        ...['--capabilities', 'CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
        ...['--tags', 'application=kelvo', 'stage=dev'],
        ...['--parameter-overrides', ...Object.entries(given).map(override)],
      ],
      { SAM_CLI_TELEMETRY: '0' },
    );
  const same = await samDeployWith(parameters);
  assert.equal(same.code, 0, same.output.slice(-1_500));
  assert.match(same.output, /No changes to deploy/, same.output.slice(-1_500));
  const changed = await samDeployWith({ ...parameters, OrderExpirySeconds: '1234' });
  assert.equal(changed.code, 0, changed.output.slice(-1_500));
  const { Environment } = await configurationOf(aws, 'rumshop-orders-place-order-dev');
  assert.equal(Environment?.Variables?.ORDER_EXPIRY_SECONDS, '1234', 'what sam deploy changed reaches the functions');
  await buyAsGuest(await addressOf(context, 'dev'), () => undefined);
  return `${Object.keys(parameters).length} parameters as the script passes them: no changes to deploy; one changed: deployed, and the shop sells`;
}
