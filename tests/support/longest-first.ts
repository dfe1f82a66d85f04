import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take most of a minute and more. A run that came to one of them last would wait for it with one core idle. */
const longest = ['query-plans.test.ts', 'replay.test.ts', 'new-route.test.ts'];

/** Vitest's order, which on a fresh clone knows the files' sizes only, with the longest before all others. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => longest.some((name) => moduleId.endsWith(`/${name}`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
