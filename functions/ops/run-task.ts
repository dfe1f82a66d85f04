// invoked by npm run task: one of the few things that have to be done inside of the VPC, for a person whom IAM lets.
import { join } from 'node:path';
import { connectAsAdmin } from '#functions/ops/lib/connect-as-admin.pg.ts';
import { runTask } from '#functions/ops/lib/run-task.pg.ts';
import { TaskCall } from '#functions/ops/lib/tasks.ts';
import { now } from '#platform/clock.ts';
import { invoked } from '#platform/events/invoked.ts';

/** The build puts db/roles beside the bundle. */
const folder = join(import.meta.dirname, 'db');

export const handler = invoked(TaskCall, (call, signal) => runTask(() => connectAsAdmin(signal), call, { folder, now: now() }));
