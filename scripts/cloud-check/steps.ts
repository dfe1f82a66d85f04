/** The check's steps in their order, and how its run is told. */
import type { Context } from './context.ts';
import { instrumentAndBuy, takenByDatadog } from './steps/datadog.ts';
import { besideEachOther, changeParameters, deployAgain, deployDev, destroyAll, failMigration, heal, rollBack } from './steps/deploying.ts';
import { everyEvent } from './steps/events.ts';
import { interruptAndFail } from './steps/interrupt.ts';
import { rotateKeys } from './steps/keys.ts';
import { eachPolicy } from './steps/policies.ts';
import { samDeploy } from './steps/sam.ts';
import { alarm, bypass, mail, purchase, schedules } from './steps/shop.ts';

export interface Step {
  name: string;
  /** What it proves, in a few words. */
  about: string;
  /** @returns what was seen. @throws Error for what was not as it should be */
  run(context: Context): Promise<string>;
  /** Steps that must have run before, besides `deploy`. */
  needs?: string[];
}

export const steps: Step[] = [
  { name: 'deploy', about: 'npm run deploy, from nothing', run: deployDev },
  { name: 'again', about: 'nothing changed', run: deployAgain },
  { name: 'events', about: 'each event by its deployed function', run: everyEvent },
  { name: 'datadog', about: 'what keeps its instrumenter away', run: takenByDatadog },
  { name: 'parameters', about: 'a change reaches the functions', run: changeParameters },
  { name: 'purchase', about: 'edge → API → functions → PostgreSQL', run: purchase },
  { name: 'bypass', about: 'past the edge', run: bypass },
  { name: 'mail', about: 'order → bus → queue → consumer → SES', run: mail, needs: ['parameters'] },
  { name: 'schedules', about: 'each, once', run: schedules },
  { name: 'keys', about: 'npm run keys:rotate, then --retire', run: rotateKeys },
  { name: 'alarm', about: 'metric → alarm → message', run: alarm },
  { name: 'policies', about: 'each taken away in turn', run: eachPolicy, needs: ['parameters'] },
  { name: 'migration', about: 'fails, and is rolled back', run: failMigration },
  { name: 'heal', about: 'the next deploy', run: heal, needs: ['migration'] },
  { name: 'rollback', about: 'npm run rollback', run: rollBack, needs: ['parameters', 'heal'] },
  { name: 'sam', about: 'sam deploy of the same stack', run: samDeploy },
  { name: 'interrupt', about: 'Ctrl-C and a failed first create, then the same command', run: interruptAndFail },
  { name: 'stages', about: 'dev and staging side by side', run: besideEachOther },
  { name: 'instrument', about: 'datadog-ci lambda instrument, then a purchase', run: instrumentAndBuy },
  { name: 'destroy', about: 'npm run destroy', run: destroyAll },
];

export const stepNames = steps.map(({ name }) => name);

/** The steps to run for these names: what they need first, in the check's order; all for none. Deploying comes before everything, destroying after. */
export function chosen(names: readonly string[], all: readonly Step[] = steps): Step[] {
  if (names.length === 0) return [...all];
  const wanted = new Set(['deploy', 'destroy']);
  const add = (name: string): void => {
    if (wanted.has(name) && name !== 'deploy') return;
    wanted.add(name);
    for (const needed of all.find((step) => step.name === name)?.needs ?? []) add(needed);
  };
  for (const name of names) add(name);
  return all.filter(({ name }) => wanted.has(name));
}

export interface Result {
  name: string;
  about: string;
  seconds: number;
  /** What was seen, or why it failed. */
  outcome: string;
  state: 'ok' | 'failed' | 'not reached';
}

/** A step's line. */
export const lineOf = ({ name, about, seconds, outcome, state }: Result): string =>
  `${{ ok: 'ok  ', failed: 'FAIL', 'not reached': '--  ' }[state]} ${name.padEnd(11)} ${seconds.toFixed(1).padStart(6)} s  ${about}${outcome === '' ? '' : `: ${outcome}`}`;

/** The last line, and how the check ends. */
export function summary(results: readonly Result[], seconds: number): { line: string; code: number } {
  const count = (state: Result['state']) => results.filter((result) => result.state === state).length;
  const [failed, missed] = [count('failed'), count('not reached')];
  const parts = [
    `${count('ok')} of ${results.length} steps as expected`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(missed > 0 ? [`${missed} not reached`] : []),
  ];
  return {
    line: `${parts.join(', ')} (${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s)`,
    code: failed + missed === 0 ? 0 : 1,
  };
}
