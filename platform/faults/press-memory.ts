import type { Context } from 'aws-lambda';
import { faultNow } from './faults.ts';

/** The fault memory-pressure, if it is on: called with each invocation, does not wait. */
export function pressMemory({ memoryLimitInMB }: Pick<Context, 'memoryLimitInMB'>): void {
  const fault = faultNow('memory-pressure');
  if (fault) void import('./held-memory.ts').then(({ holdMemory }) => holdMemory(fault, Number(memoryLimitInMB)));
}
