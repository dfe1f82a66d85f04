/** One stack at CloudFormation: what it is, what a change would do, and the change itself. */
import {
  type Change,
  type CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type Stack,
  type StackResourceSummary,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { Failure } from '../command-line.ts';
import { failureReason, plainReason, type StackEvent } from './failure-reason.ts';
import { pause } from './pause.ts';
import { nextFor, remedyFor, succeeded } from './stack-states.ts';
import { isSameTemplate } from './template-file.ts';

export interface Context {
  client: CloudFormationClient;
  signal: AbortSignal;
  say: (line: string) => void;
}

/** What a stack is to be. */
export interface Wanted {
  name: string;
  /** What GetTemplate answers once it is deployed. */
  text: string;
  /** Where CloudFormation reads the text from, if it is too long to be sent along. */
  url?: string | undefined;
  parameters: Record<string, string>;
  /** Names of parameters whose values AWS never shows. */
  hidden: readonly string[];
  tags: Record<string, string>;
  rollback: { alarms: readonly string[]; minutes: number } | undefined;
  protect: boolean;
}

export async function describe({ client }: Context, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const stack = Stacks?.[0];
    return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack;
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}

export const outputsOf = (stack: Stack | undefined): Record<string, string> =>
  Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']));

/** In what a stack differs from what it is to be: `template`, `tags`, names of parameters. Empty: in nothing that AWS shows. */
export async function differences({ client }: Context, stack: Stack, { name, text, parameters, hidden, tags }: Wanted): Promise<string[]> {
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }));
  const now = new Map((stack.Parameters ?? []).map(({ ParameterKey, ParameterValue }) => [ParameterKey ?? '', ParameterValue ?? '']));
  const has = new Map((stack.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  const left = [...now.keys()].filter((key) => !Object.hasOwn(parameters, key));
  return [
    ...(isSameTemplate(TemplateBody, text) ? [] : ['template']),
    ...Object.keys(parameters).filter((key) => !hidden.includes(key) && now.get(key) !== parameters[key]),
    ...left,
    ...(Object.entries(tags).every(([key, value]) => has.get(key) === value) ? [] : ['tags']),
  ];
}

const capabilities = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] as const;

const input = ({ name, text, url, parameters, tags, rollback }: Wanted) => ({
  StackName: name,
  ...(url === undefined ? { TemplateBody: text } : { TemplateURL: url }),
  Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  Capabilities: [...capabilities],
  ...(rollback !== undefined && {
    RollbackConfiguration: {
      RollbackTriggers: rollback.alarms.map((Arn) => ({ Arn, Type: 'AWS::CloudWatch::Alarm' })),
      MonitoringTimeInMinutes: rollback.alarms.length === 0 ? 0 : rollback.minutes,
    },
  }),
});

/** A change that CloudFormation has worked out and not carried out yet. `changes` is empty where nothing would happen. */
export interface ChangeSet {
  id: string;
  changes: Change[];
}

/** Asks CloudFormation what an update would do. */
export async function changeSetFor(context: Context, wanted: Wanted): Promise<ChangeSet> {
  const { client, signal } = context;
  const request = new CreateChangeSetCommand({ ...input(wanted), ChangeSetName: `kelvo-${Date.now()}`, ChangeSetType: 'UPDATE' });
  const { Id = '' } = await client.send(request);
  for (let ms = 200; ; ms = Math.min(ms * 2, 3_000)) {
    const set = await client.send(new DescribeChangeSetCommand({ ChangeSetName: Id, StackName: wanted.name }));
    if (set.Status === 'CREATE_COMPLETE') return { id: Id, changes: await allChanges(context, wanted.name, Id) };
    if (set.Status === 'FAILED') {
      await discard(context, wanted.name, Id);
      if (/didn't contain changes|no updates are to be performed/i.test(set.StatusReason ?? '')) return { id: '', changes: [] };
      throw new Failure(`${wanted.name} cannot be changed: ${plainReason(set.StatusReason)}`);
    }
    await pause(ms, signal);
  }
}

async function allChanges({ client }: Context, StackName: string, ChangeSetName: string): Promise<Change[]> {
  const all: Change[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new DescribeChangeSetCommand({ StackName, ChangeSetName, NextToken }));
    all.push(...(page.Changes ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return all;
}

/** Forgets a change set that will not be carried out. */
export async function discard({ client }: Context, StackName: string, ChangeSetName: string): Promise<void> {
  if (ChangeSetName !== '') await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }));
}

/** Brings a stack into a state that takes a create or an update, and says what it does for that. */
export async function settle(context: Context, name: string): Promise<Stack | undefined> {
  for (;;) {
    const stack = await describe(context, name);
    const next = nextFor(stack?.StackStatus);
    if (next === 'create' || next === 'update') return stack;
    context.say(`${name} is in ${remedyFor(stack?.StackStatus)}.`);
    if (next === 'recreate') {
      // It was protected from its first moment, and would stay for ever. One that stood and is half deleted was opened up by npm run destroy.
      if (stack?.EnableTerminationProtection && stack.StackStatus !== 'DELETE_FAILED') await setProtection(context, name, false);
      await deleteStack(context, name);
    } else if (next === 'continue-rollback') await continueRollback(context, name);
    else await ended(context, stack?.StackId ?? name);
  }
}

/** Whether CloudFormation refuses to delete a stack. */
export const setProtection = ({ client }: Context, StackName: string, EnableTerminationProtection: boolean): Promise<unknown> =>
  client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection }));

async function continueRollback(context: Context, name: string): Promise<void> {
  await context.client.send(new ContinueUpdateRollbackCommand({ StackName: name }));
  const state = await ended(context, name);
  if (state === 'UPDATE_ROLLBACK_COMPLETE') return;
  throw new Failure(
    `${name} cannot go back to the version before: ${(await reasonOf(context, name)) ?? state}. Mend what it names; if that is not possible, leave it out with ` +
      `aws cloudformation continue-update-rollback --stack-name ${name} --resources-to-skip <its logical id>, and deploy again.`,
  );
}

/** Waits until nothing is under way. @returns the state that it ended in; `DELETE_COMPLETE` where it is gone */
export async function ended(context: Context, name: string): Promise<string> {
  let said = '';
  for (let ms = 300; ; ms = Math.min(ms * 1.5, 5_000)) {
    const stack = await describe(context, name);
    const state = stack?.StackStatus ?? 'DELETE_COMPLETE';
    if (!state.endsWith('_IN_PROGRESS') || state === 'REVIEW_IN_PROGRESS') return state;
    if (ms >= 5_000) said = await progress(context, name, said);
    await pause(ms, context.signal);
  }
}

/** Says which resources CloudFormation works on, when they are others than before. */
async function progress(context: Context, name: string, said: string): Promise<string> {
  const busy = (await resourcesOf(context, name)).filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_IN_PROGRESS'));
  const names = busy.map(({ LogicalResourceId }) => LogicalResourceId);
  const line = names.length === 0 ? '' : `  … ${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`;
  if (line !== '' && line !== said) context.say(line);
  return line;
}

export async function resourcesOf({ client }: Context, StackName: string): Promise<StackResourceSummary[]> {
  const all: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListStackResourcesCommand({ StackName, NextToken }));
    all.push(...(page.StackResourceSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return all;
}

async function reasonOf({ client }: Context, StackName: string): Promise<string | undefined> {
  const events: StackEvent[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new DescribeStackEventsCommand({ StackName, NextToken }));
    events.push(...(page.StackEvents ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && events.length < 5_000);
  return failureReason(events);
}

async function outcome(context: Context, wanted: Wanted, what: string): Promise<Stack> {
  const state = await ended(context, wanted.name);
  const stack = await describe(context, wanted.name);
  if (!succeeded(state) || stack === undefined) {
    const reason = (await reasonOf(context, wanted.name)) ?? plainReason(stack?.StackStatusReason);
    const now = /^UPDATE_ROLLBACK_COMPLETE$/.test(state) ? 'The version before is in place.' : `It is in ${state}.`;
    throw new Failure(`${wanted.name} could not be ${what}: ${reason}. ${now}`);
  }
  if (wanted.protect && !stack.EnableTerminationProtection) await setProtection(context, wanted.name, true);
  return stack;
}

export async function createStack(context: Context, wanted: Wanted): Promise<Stack> {
  await context.client.send(new CreateStackCommand({ ...input(wanted), EnableTerminationProtection: wanted.protect }));
  return outcome(context, wanted, 'created');
}

/** Carries a change set out. */
export async function carryOut(context: Context, wanted: Wanted, set: ChangeSet): Promise<Stack> {
  await context.client.send(new ExecuteChangeSetCommand({ ChangeSetName: set.id, StackName: wanted.name }));
  return outcome(context, wanted, 'changed');
}

/**
 * Updates without a change set: where a template or parameters differ and a change set sees nothing in that.
 * @returns undefined where CloudFormation has nothing to do either
 */
export async function updateStack(context: Context, wanted: Wanted): Promise<Stack | undefined> {
  try {
    await context.client.send(new UpdateStackCommand(input(wanted)));
  } catch (error) {
    if (/no updates are to be performed/i.test((error as Error).message)) return undefined;
    throw error;
  }
  return outcome(context, wanted, 'changed');
}

/** Deletes a stack and waits. @throws Failure that says which resource could not be deleted */
export async function deleteStack(context: Context, name: string): Promise<void> {
  // By its id: a deleted stack is found by that alone, and its events too.
  const { StackId = name } = (await describe(context, name)) ?? {};
  await context.client.send(new DeleteStackCommand({ StackName: StackId }));
  const state = await ended(context, StackId);
  if (state !== 'DELETE_COMPLETE') throw new Failure(`${name} could not be deleted: ${(await reasonOf(context, StackId)) ?? state}.`);
}
