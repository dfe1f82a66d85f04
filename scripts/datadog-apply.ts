// npm run datadog:apply: makes Datadog have the dashboards, monitors and SLOs of infra/datadog for a stage, and nothing else of ours.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, Misuse, readStage, runCommand } from './command-line.ts';
import { type Assets, applyDatadog } from './datadog/apply.ts';
import { datadogApi } from './datadog/client.ts';
import { sites } from './datadog/sites.ts';
import { nameSuffix } from './deploy/job.ts';
import { root } from './function-files.ts';

const help = `Usage: npm run datadog:apply -- --stage STAGE [--site SITE] [--notify HANDLE] [--dry-run]

  --stage STAGE    dev, staging or prod
  --site SITE      ${sites.join(', ')}
                   (default: DD_SITE, else ${sites[0]})
  --notify HANDLE  whom monitors tell: @slack-shop, @pagerduty-shop, @you@shop.example (default: nobody)
  --dry-run        say what would be done, and have Datadog judge the monitors; change nothing

DD_API_KEY and DD_APP_KEY hold the keys. What carries the tag managed-by:kelvo of the stage and is gone from infra/datadog is deleted; nothing else is touched.
Ends with 0; with 1 when something was refused or Datadog was away, and running it again does what is left; with 2 when it was asked in a wrong way.`;

function readOrder(args: readonly string[], env: NodeJS.ProcessEnv) {
  const text = { type: 'string' } as const;
  const options = {
    stage: text,
    site: text,
    notify: text,
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args: [...args], options, allowPositionals: false, strict: true });
  const { notify = '', site = env.DD_SITE ?? 'datadoghq.com' } = values;
  const stage = readStage(values.stage);
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

await runCommand(help, async (args) => {
  const { stage, notify, dryRun, access } = readOrder(args, process.env);
  const assets = { slos: read('slos'), monitors: read('monitors'), dashboards: read('dashboards') };
  const { lines, faults } = await applyDatadog(datadogApi(access), assets, { stage, suffix: nameSuffix(stage), notify, dryRun });
  if (lines.length > 0) console.log(lines.join('\n'));
  else if (faults.length === 0) console.log('No changes.');
  if (faults.length > 0) throw new Failure(faults.join('\n'));
});
