/** Why a stack's operation failed, in plain words: its first failed event. */

export interface StackEvent {
  LogicalResourceId?: string | undefined;
  PhysicalResourceId?: string | undefined;
  StackId?: string | undefined;
  ResourceType?: string | undefined;
  ResourceStatus?: string | undefined;
  ResourceStatusReason?: string | undefined;
}

const begins = /^(CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/;
/** What CloudFormation says of resources that it stopped because another one failed. */
const consequence = /cancell?ed|resource creation was not started/i;

/** The events of a stack's last operation, oldest first. @param events as DescribeStackEvents gives them, newest first */
export function lastOperation(events: readonly StackEvent[]): StackEvent[] {
  const isStack = ({ PhysicalResourceId, StackId }: StackEvent) => PhysicalResourceId !== undefined && PhysicalResourceId === StackId;
  const start = events.findIndex((event) => isStack(event) && begins.test(event.ResourceStatus ?? ''));
  return events.slice(0, start < 0 ? events.length : start + 1).toReversed();
}

/** One sentence about the first resource that failed, or undefined where none did. */
export function failureReason(events: readonly StackEvent[]): string | undefined {
  const failed = lastOperation(events).filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'));
  const first = failed.find(({ ResourceStatusReason }) => !consequence.test(ResourceStatusReason ?? '')) ?? failed[0];
  if (first === undefined) return undefined;
  return `${first.LogicalResourceId} (${first.ResourceType}): ${plainReason(first.ResourceStatusReason)}`;
}

/** AWS's reason without request ids and wrappers: `Resource handler returned message: "…" (RequestToken: …, HandlerErrorCode: …)`. */
export function plainReason(reason: string | undefined): string {
  if (reason === undefined || reason === '') return 'AWS gives no reason';
  return reason
    .replace(/^Resource handler returned message: "([\s\S]*)"( \(RequestToken: .*\))?$/, '$1')
    .replace(/^Received response status \[FAILED\] from custom resource\. Message returned: /, '')
    .replace(/ ?\((?=[^()]*(?:Request ?ID|RequestId|RequestToken|Request Token): )[^()]*\)/gi, '')
    .trim();
}
