import type { Stage } from '#tests/load/plan.ts';

/** How many shoppers there are after so many seconds, from none at the beginning; undefined when all stages are over. */
export function usersAt(stages: readonly Stage[], seconds: number): number | undefined {
  let began = 0;
  let before = 0;
  for (const stage of stages) {
    if (seconds < began + stage.seconds) return Math.round(before + ((stage.users - before) * (seconds - began)) / stage.seconds);
    began += stage.seconds;
    before = stage.users;
  }
  return undefined;
}

export const totalSeconds = (stages: readonly Stage[]): number => stages.reduce((sum, { seconds }) => sum + seconds, 0);
