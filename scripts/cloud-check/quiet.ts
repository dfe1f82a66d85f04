import type { Aws } from './aws.ts';

interface Schedule {
  Name: string;
  GroupName: string;
  State: 'ENABLED' | 'DISABLED';
}

/** The stage's schedules, whole. */
export async function schedulesOf(aws: Aws, stage: string): Promise<(Schedule & Record<string, unknown>)[]> {
  const { Schedules } = (await (await aws.rest('scheduler', 'GET', '/schedules?MaxResults=100')).json()) as { Schedules: Schedule[] };
  const own = Schedules.filter(({ Name }) => Name.startsWith(`kelvo-${stage}`));
  return Promise.all(
    own.map(
      async ({ Name, GroupName }) =>
        (await (await aws.rest('scheduler', 'GET', `/schedules/${Name}?groupName=${GroupName}`)).json()) as Schedule &
          Record<string, unknown>,
    ),
  );
}

type Whole = Schedule & Record<string, unknown>;

/** What its API takes: all but what only the answer has. */
const body = ({ Arn: _, CreationDate: __, LastModificationDate: ___, ...schedule }: Whole) => schedule;

/** Changes a schedule: its API takes it whole. */
export const putSchedule = (aws: Aws, schedule: Whole) => aws.rest('scheduler', 'PUT', `/schedules/${schedule.Name}`, body(schedule));
export const postSchedule = (aws: Aws, schedule: Whole) => aws.rest('scheduler', 'POST', `/schedules/${schedule.Name}`, body(schedule));
export const deleteSchedule = (aws: Aws, { Name, GroupName }: Whole) =>
  aws.rest('scheduler', 'DELETE', `/schedules/${Name}?groupName=${GroupName}`);

/**
 * Stops what acts by itself in a stage: rules deliver nothing, schedules start nothing. What a function then changes is its own doing.
 * @returns what starts it all again
 */
export async function quiet(aws: Aws, stage: string): Promise<() => Promise<void>> {
  const { Rules } = await aws.json<{ Rules: { Name: string; State: string }[] }>('AWSEvents.ListRules', { EventBusName: `kelvo-${stage}` });
  const rules = Rules.filter(({ State }) => State === 'ENABLED').map(({ Name }) => ({ Name, EventBusName: `kelvo-${stage}` }));
  const schedules = (await schedulesOf(aws, stage)).filter(({ State }) => State === 'ENABLED');
  await Promise.all([
    ...rules.map((rule) => aws.json('AWSEvents.DisableRule', rule)),
    ...schedules.map((schedule) => putSchedule(aws, { ...schedule, State: 'DISABLED' })),
  ]);
  return async () => {
    await Promise.all([
      ...rules.map((rule) => aws.json('AWSEvents.EnableRule', rule)),
      ...schedules.map((schedule) => putSchedule(aws, schedule)),
    ]);
  };
}
