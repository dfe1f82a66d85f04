/** What the function behind GET /api/admin/finops knows of the stages: it has no templates, so that each release brings their sums along. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageCosts } from '#functions/ops/lib/month-of.ts';
import { stages } from '../command-line.ts';
import { partsHere } from '../deploy/stacks.ts';
import { readStageFile } from '../deploy/stage-file.ts';
import { readTemplate } from '../deploy/template-file.ts';
import { root } from '../function-files.ts';
import { itemsOf } from './compare.ts';
import type { CostItem } from './cost-items.ts';
import { bands, idealParameters } from './ideal.ts';
import { asOf } from './prices.ts';

const file = 'functions/ops/lib/stage-costs.json';

/** Of the ideal, what is unlike the deployed; what it has no more is none. */
function differences(deployed: readonly CostItem[], ideal: readonly CostItem[]): CostItem[] {
  const same = (item: CostItem) => deployed.some((other) => JSON.stringify(other) === JSON.stringify(item));
  const gone = deployed.filter(({ resource }) => !ideal.some((other) => other.resource === resource));
  return [...ideal.filter((item) => !same(item)), ...gone.map(({ resource }) => ({ resource, detail: 'none', meters: [] }))];
}

/** Of every stage, by its configuration file. */
export function stageCosts(): StageCosts {
  const templates = partsHere().map(({ template }) => readTemplate(template));
  const costsOf = (stage: (typeof stages)[number]) => {
    const parameters = { ...readStageFile(stage, templates).parameters, Stage: stage };
    const deployed = itemsOf(parameters);
    const ideal = bands.map(({ upTo }) => ({
      upTo: Number.isFinite(upTo) ? upTo : null,
      items: differences(deployed, itemsOf(idealParameters(parameters, Math.min(upTo, 1e9)))),
    }));
    return [stage, { deployed, ideal }] as const;
  };
  return { asOf, stages: Object.fromEntries(stages.map(costsOf)) };
}

export const stageCostsJson = (): string => `${JSON.stringify(stageCosts(), null, 1)}\n`;

/** Before a release is built: the configuration may have been changed since `npm run docs`. */
export const refreshStageCosts = (): void => writeFileSync(join(root, file), stageCostsJson());
