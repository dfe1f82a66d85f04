import { expect, vi } from 'vitest';
import type { FaultName } from '#platform/faults/faults.ts';
import { forgetPerProcess } from '#platform/per-process.ts';
import type { Person } from './people.ts';
import type { Shop } from './shop.ts';

/** Begins faults as a presenter does, in place of those that were on, and has this process know of it at once. Without any: all end. */
export async function beginFaults(admin: Person, ...faults: { name: FaultName; seconds?: number; strength?: number }[]): Promise<void> {
  const { status, text } = await admin.call('/api/admin/demo-mode', { body: { mode: 'normal', seed: 1, faults } });
  expect([status, text]).toEqual([200, text]);
  await readFaultsAgain(admin);
}

/** Has the faults that are on end by themselves in a moment, as if they had been given no more time. Nobody ends them. */
export async function letFaultsEnd(shop: Shop): Promise<void> {
  const inAMoment = "clock_timestamp() + interval '200 milliseconds'";
  await shop.database.query(`with over as (update demo_runs set ends_at = ${inAMoment} where ended_at is null returning id)
    update demo_faults set ends_at = ${inAMoment} where run_id in (select id from over)`);
  await readFaultsAgain(shop);
}

/** The first request of a process reads the state beside its work. */
async function readFaultsAgain({ call }: Pick<Shop, 'call'>): Promise<void> {
  forgetPerProcess('faults');
  await call('/api/categories');
}

// biome-ignore lint/suspicious/noExplicitAny: a log line; the expectations are its types
type Line = Record<string, any>;

/** What this process logs from now on, in a shop that was started with `POWERTOOLS_LOG_LEVEL: 'INFO'`. Nothing of it is shown. */
export function captureLog(): { lines(): Line[]; forget(): void } {
  const texts: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  return {
    lines: () =>
      texts
        .join('')
        .split('\n')
        .filter((text) => text.startsWith('{'))
        .map((text) => JSON.parse(text) as Line),
    forget: () => void texts.splice(0),
  };
}
