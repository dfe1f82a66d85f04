import type { DemoMode } from './contract.ts';
import { withControl } from './control.pg.ts';
import type { Traces } from './look.ts';
import { findRun } from './runs.pg.ts';
import { normal, showMode } from './show-mode.ts';

/** What is on now. Where faults are not allowed, nothing is, and nobody looks. */
export async function getDemoMode({ now, allowed, traces }: { now: Date; allowed: boolean; traces: Traces }): Promise<DemoMode> {
  if (!allowed) return normal;
  return showMode(await withControl(({ sql }) => findRun(sql, now)), now, traces);
}
