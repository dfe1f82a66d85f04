// npm run traffic: made-up shoppers in the shop that runs here, or in a stage that allows faults. --help shows its flags.
import { randomBytes } from 'node:crypto';
import { noFigures } from '#functions/demo/lib/traffic/figures.ts';
import { sendTraffic } from '#functions/demo/lib/traffic/send-traffic.ts';
import { Interrupted, runCommand } from './command-line.ts';
import { help, readOrder } from './traffic/order.ts';
import { checkShop } from './traffic/shop.ts';
import { lineOf, tableOf } from './traffic/table.ts';

await runCommand(help, async (args, signal) => {
  const { seconds, requestsPerMinute, seed, where } = readOrder(args);
  const origin = 'origin' in where ? where.origin : await (await import('./traffic/stage.ts')).originOfStage(where.stage, signal);
  await checkShop(origin, signal);
  console.log(`${seconds} s of ${requestsPerMinute} requests a minute to ${origin}, by --seed ${seed}. Ctrl-C ends it.`);
  const startedAt = Date.now();
  const figures = noFigures();
  const say = showing(() => lineOf(figures, { second: Math.min(seconds, Math.floor((Date.now() - startedAt) / 1_000)), seconds }));
  const tag = `here${randomBytes(4).toString('hex')}`;
  await sendTraffic({ origin, tag, seed, requestsPerMinute, startedAt }, seconds, { figures, signal }).finally(say.end);
  console.log(`\n${tableOf(figures)}`);
  if (signal.aborted) throw new Interrupted('Stopped before its end.');
});

/** Shows a line anew each second on a terminal, and each ten seconds where nobody looks. */
function showing(line: () => string): { end(): void } {
  const live = process.stdout.isTTY;
  const show = () => process.stdout.write(live ? `\r\x1b[K${line()}` : `${line()}\n`);
  const timer = setInterval(show, live ? 1_000 : 10_000);
  return {
    end: () => {
      clearInterval(timer);
      show();
      if (live) process.stdout.write('\n');
    },
  };
}
