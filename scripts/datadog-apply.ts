// npm run datadog:apply: makes Datadog have the dashboards, monitors and SLOs of infra/datadog for a stage, and nothing else of ours.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Assets, applyDatadog } from './datadog/apply.ts';
import { datadogApi } from './datadog/client.ts';
import { root } from './function-files.ts';

/** Datadog's sites, as template.yaml has them. */
export const sites = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'ddog-gov.com',
];
const stages = ['dev', 'staging', 'prod'];

const usage = `Usage: npm run datadog:apply -- --stage STAGE [--site SITE] [--notify HANDLE] [--dry-run]

  --stage STAGE    dev, staging or prod
  --site SITE      ${sites.join(', ')}
                   (default: DD_SITE, else ${sites[0]})
  --notify HANDLE  whom monitors tell: @slack-shop, @pagerduty-shop, @you@shop.example (default: nobody)
  --dry-run        say what would be done, and have Datadog judge the monitors; change nothing

DD_API_KEY and DD_APP_KEY hold the keys. What carries the tag managed-by:kelvo of the stage and is gone from infra/datadog is deleted; nothing else is touched.
Ends with 0; with 1 when something was refused or Datadog was away, and running it again does what is left; with 2 when it was asked in a wrong way.`;

/** The command line, or a variable, was wrong. */
class Misuse extends Error {}

function readOrder(args: readonly string[], env: NodeJS.ProcessEnv) {
  const text = { type: 'string' } as const;
  const options = {
    stage: text,
    site: text,
    notify: text,
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ args: [...args], options, allowPositionals: false, strict: true });
  if (values.help) return 'help';
  const { stage = '', notify = '', site = env.DD_SITE ?? 'datadoghq.com' } = values;
  if (!stages.includes(stage)) throw new Misuse(`--stage is ${stages.join(', ')}.`);
  if (!sites.includes(site)) throw new Misuse(`${site} is no site of Datadog's: ${sites.join(', ')}.`);
  if (notify !== '' && !/^@\S+( @\S+)*$/.test(notify))
    throw new Misuse('--notify is a handle that begins with @, or some with a blank between.');
  const { DD_API_KEY: apiKey, DD_APP_KEY: applicationKey } = env;
  if (!apiKey || !applicationKey) throw new Misuse('DD_API_KEY and DD_APP_KEY must hold the keys of an organisation.');
  // DD_API_URL stands for a proxy, or a server that answers as Datadog does.
  const url = env.DD_API_URL ?? `https://api.${site}`;
  if (!URL.canParse(url)) throw new Misuse('DD_API_URL is no URL.');
  return { stage, notify, dryRun: values['dry-run'], access: { url, apiKey, applicationKey } };
}

const read = (kind: keyof Assets) => JSON.parse(readFileSync(join(root, `infra/datadog/${kind}.json`), 'utf8')) as Record<string, unknown>;

async function main(args: readonly string[]): Promise<number> {
  try {
    const order = readOrder(args, process.env);
    if (order === 'help') {
      console.log(usage);
      return 0;
    }
    const { stage, notify, dryRun, access } = order;
    const assets = { slos: read('slos'), monitors: read('monitors'), dashboards: read('dashboards') };
    const { lines, faults } = await applyDatadog(datadogApi(access), assets, {
      stage,
      suffix: stage === 'prod' ? '' : `-${stage}`,
      notify,
      dryRun,
    });
    if (lines.length > 0) console.log(lines.join('\n'));
    else if (faults.length === 0) console.log('No changes.');
    for (const fault of faults) console.error(fault);
    return faults.length > 0 ? 1 : 0;
  } catch (error) {
    const isMisuse = error instanceof Misuse || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
    if (!isMisuse) throw error;
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
