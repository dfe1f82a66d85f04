// npm run finops: what a stage costs a month, what it would cost if it were right-sized, and what could go.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Misuse, readStage, runCommand } from './command-line.ts';
import { partsHere } from './deploy/stacks.ts';
import { nearest, readStageFile, readStageText } from './deploy/stage-file.ts';
import { readTemplate } from './deploy/template-file.ts';
import { compare, reasonOf } from './finops/compare.ts';
import { linesOf, readReports } from './finops/lambda-reports.ts';
import { asOf, prices } from './finops/prices.ts';
import { columns, comparisonRows, memoryLines } from './finops/report.ts';
import { requestCount, shortCount } from './finops/request-count.ts';
import { rightMemory } from './finops/right-memory.ts';
import { resourcesOfStage } from './finops/stage-resources.ts';
import { unusedOf } from './finops/unused.ts';

const help = `Usage: npm run finops [-- --stage dev --requests 1m --logs FILE]

Says what a stage costs a month, resource by resource, beside what it would cost right-sized; from the templates, the stage's configuration file
and the prices of scripts/finops/prices.ts. It asks nobody: no account is needed.

  --stage STAGE        dev (the default), staging or prod
  --requests N         of the API a month: 10k, 1m, 100m; without it, these three
  --set NAME=VALUE     another value of a parameter, to see what it would cost; as often as wanted
  --config FILE        another file than config/<stage>.yaml
  --logs FILE          Lambda's logs, - for stdin: which memory each function needs, and which functions are never called
  --help               show this

  aws logs tail /kelvo/dev/functions/orders --since 1d | npm run -s finops -- --logs -

Ends with 0; with 2 when it was asked in a wrong way.`;

/** @throws Misuse */
function overrides(given: readonly string[], known: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(
    given.map((each) => {
      const at = each.indexOf('=');
      if (at < 1) throw new Misuse(`--set is NAME=VALUE, such as Sizing=oversized, not "${each}".`);
      const name = each.slice(0, at);
      if (!known.has(name)) {
        const meant = nearest(name, known);
        throw new Misuse(`--set ${name}: there is no such parameter${meant === undefined ? '' : ` (${meant}?)`}.`);
      }
      return [name, each.slice(at + 1)];
    }),
  );
}

async function readLogs(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Misuse(`--logs ${file} cannot be read.`);
  }
}

await runCommand(help, async (args) => {
  const string = { type: 'string' } as const;
  const options = {
    stage: { type: 'string', default: 'dev' },
    requests: string,
    set: { type: 'string', multiple: true, default: [] as string[] },
    config: string,
    logs: string,
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args, options, strict: true });
  const stage = readStage(values.stage);
  const levels = values.requests === undefined ? [10_000, 1_000_000, 100_000_000] : [requestCount(values.requests)];
  const templates = partsHere().map(({ template }) => readTemplate(template));
  const { parameters: configured } = readStageFile(stage, templates, values.config);
  const set = overrides(values.set, new Set(templates.flatMap(({ parameters }) => Object.keys(parameters))));
  // The rules for values are the configuration file's.
  const checked = readStageText(JSON.stringify({ parameters: set }), { file: '--set', templates });
  const parameters = { ...configured, ...checked.parameters, Stage: stage };
  const logs = values.logs === undefined ? undefined : readReports(linesOf(await readLogs(values.logs)));
  if (logs !== undefined && logs.reports.length === 0)
    throw new Misuse(`--logs ${values.logs} has no REPORT line and no platform.report of Lambda.`);

  const secondHand = Object.values(prices).filter(({ read }) => read === 'copy').length;
  console.log(
    `Stage ${stage}, USD a month in us-east-1, prices of ${asOf} (${secondHand} of ${Object.keys(prices).length} second-hand: docs/finops.md).`,
  );
  for (const requests of levels) {
    console.log(`\n${shortCount(requests)} requests a month. Ideal: ${reasonOf(requests)}.`);
    for (const line of columns(comparisonRows(compare(parameters, requests), requests))) console.log(line);
  }
  if (logs !== undefined) {
    console.log(`\nMemory of functions, by ${logs.reports.length} reports:`);
    for (const line of memoryLines(rightMemory(logs.reports, prices['function arm64'].usd))) console.log(line);
  }
  const unused = unusedOf(resourcesOfStage(parameters), logs?.named);
  console.log(unused.length === 0 ? '\nNothing is unused.' : `\nUnused:\n${unused.map((line) => `  ${line}`).join('\n')}`);
});
