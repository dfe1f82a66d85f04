import { CloudFormationClient, type Stack } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { settle } from './stack.ts';

/** A CloudFormation that holds one stack, and refuses to delete it while it is protected, as AWS does. */
function holding(stack: Partial<Stack>) {
  let held: Partial<Stack> | undefined = { StackId: 'arn:of:kelvo-prod', ...stack };
  const asked: string[] = [];
  const client = new CloudFormationClient({ region: 'us-east-1' });
  client.send = async (command: object) => {
    const name = command.constructor.name;
    asked.push(name);
    if (name === 'UpdateTerminationProtectionCommand') held = { ...held, EnableTerminationProtection: false };
    if (name === 'DeleteStackCommand') {
      if (held?.EnableTerminationProtection) throw new Error('Stack [kelvo-prod] cannot be deleted while TerminationProtection is enabled');
      held = undefined;
    }
    return { Stacks: held ? [held] : [] };
  };
  return { context: { client, signal: new AbortController().signal, say: () => undefined }, asked };
}

test.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED', 'REVIEW_IN_PROGRESS'] as const)(
  'a stack of prod that never stood (%s) is taken away, though it was protected from its first moment',
  async (StackStatus) => {
    const { context } = holding({ StackStatus, EnableTerminationProtection: true });
    expect(await settle(context, 'kelvo-prod')).toBeUndefined();
  },
);

test('one that stood, and that somebody protected again in the middle of its deletion, stays', async () => {
  const { context, asked } = holding({ StackStatus: 'DELETE_FAILED', EnableTerminationProtection: true });
  await expect(settle(context, 'kelvo-prod')).rejects.toThrow('TerminationProtection');
  expect(asked).not.toContain('UpdateTerminationProtectionCommand');
});
