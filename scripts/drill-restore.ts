// npm run drill:restore: loses a shop's database under traffic and restores it to a point in time. Ends with 0 when nothing accepted before is lost.
import { parseArgs } from 'node:util';
import { buildStaleFunctions } from '#local/fresh-build.ts';
import { unitStack } from '#tests/support/unit-stack.ts';
import { type DrillReport, drill } from './drill-restore/drill.ts';
import { root } from './function-files.ts';

const usage = `Usage: npm run drill:restore [-- --seconds N] [--archive-seconds N] [--without-reconciling]

  --seconds N             how long shoppers shop before the backup, and again before the instant (default 5)
  --archive-seconds N     how often the log is archived at least: what is younger is lost with the disk (default 2)
  --without-reconciling   leaves out what docs/runbooks/recovery.md does after the restore: shows what goes wrong then

On servers of its own, in a temporary folder, in about a minute. Ends with 0; with 1 when something was lost, is half there, or was told twice.`;

async function main(args: string[]): Promise<number> {
  let seconds: number;
  let archiveSeconds: number;
  let reconcile: boolean;
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean', default: false } as const;
    const options = { seconds: text, 'archive-seconds': text, 'without-reconciling': flag, help: flag };
    const { values } = parseArgs({ args, options });
    if (values.help) {
      console.log(usage);
      return 0;
    }
    seconds = between('--seconds', values.seconds ?? '5', 1, 60);
    archiveSeconds = between('--archive-seconds', values['archive-seconds'] ?? '2', 1, 60);
    reconcile = !values['without-reconciling'];
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort(new Error('Interrupted')));
  const began = performance.now();
  try {
    await buildStaleFunctions(root, unitStack().functions, console.log);
    const report = await drill({ trafficSeconds: seconds, archiveSeconds, say: console.log, reconcile, signal: ending.signal });
    print(report, performance.now() - began);
    return report.faults.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(`The drill did not come to its end: ${(error as Error).message}`);
    return ending.signal.aborted ? 130 : 1;
  }
}

function between(name: string, value: string, from: number, to: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= from && number <= to) return number;
  throw new Error(`${name} is a whole number from ${from} to ${to}, not "${value}".`);
}

function print({ faults, accepted, times, backupBytes, mails, reconciled }: DrillReport, tookMs: number): void {
  const s = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  console.log(`
Accepted before the instant   ${accepted.there}, each looked for
Accepted after it             ${accepted.gone}, none of it may be there
Under way at it               ${accepted.either}
Mails                         ${mails.sent}; ${mails.repeated} twice, because a process died between sending and noting
After the restore             ${reconciled.sentAgain} events sent again, ${reconciled.toldBefore} of them told before, ${reconciled.lostSales} sales of lost orders forgotten

Base backup                   ${s(times.backup)}, ${(backupBytes / 1_000_000).toFixed(0)} MB
Recovery (RTO)                ${s(times.recovery)} from the decision to the first purchase:
                              unpack ${s(times.unpack)}, replay ${s(times.replay)}, reconcile ${s(times.reconcile)}, shop ${s(times.shop)}
Lost at the latest (RPO)      ${s(times.lost)}: from the last of the log that is archived to the loss
The drill took                ${s(tookMs)}
`);
  for (const fault of faults.slice(0, 20)) console.log(`WRONG ${fault}`);
  if (faults.length > 20) console.log(`… and ${faults.length - 20} more`);
  console.log(
    faults.length === 0
      ? 'Nothing accepted before the instant is lost, nothing after it is half there, nobody was told twice.'
      : `${faults.length} faults.`,
  );
}

process.exit(await main(process.argv.slice(2)));
