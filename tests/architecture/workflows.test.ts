import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

interface Group {
  group: string;
}
interface Workflow {
  on: Record<string, unknown>;
  concurrency?: Group;
  jobs: Record<string, { if?: string; concurrency?: Group }>;
}

const folder = join(import.meta.dirname, '../../.github/workflows');
const workflows = new Map(readdirSync(folder).map((file) => [file, parse(readFileSync(join(folder, file), 'utf8')) as Workflow]));

// GitHub keeps one run of a group waiting: the next that comes takes its place, and the one that waited is gone.
it('a run that a condition will skip cannot push another one out of the queue', () => {
  for (const [file, { on, concurrency, jobs }] of workflows)
    if ('workflow_run' in on || 'pull_request_target' in on) {
      expect({ file, concurrency }).toEqual({ file, concurrency: undefined });
      expect(Object.values(jobs).every((job) => job.if !== undefined && job.concurrency !== undefined)).toBe(true);
    }
});

it('no two workflows wait in one queue: a look at drift would push a deploy out of it', () => {
  const groups = [...workflows.values()].map(({ concurrency, jobs }) => [
    ...new Set(
      [concurrency, ...Object.values(jobs).map((job) => job.concurrency)].flatMap((each) => (each ? [each.group.split('${{')[0]] : [])),
    ),
  ]);
  expect(groups.flat()).toEqual([...new Set(groups.flat())]);
});
