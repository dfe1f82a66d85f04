import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { bounds } from '#functions/demo/lib/traffic/arrivals.ts';
import { Misuse, readStage, type Stage } from '../command-line.ts';

export const help = `Usage: npm run traffic -- [flags]

Made-up shoppers in a shop: they look around, fill carts, pay, change their minds. They come at their own pace, however slow the shop is.

  --seconds N | --minutes N   how long they keep coming (default: 120 seconds; at most ${bounds.mostSeconds / 60} minutes)
  --rpm N                     HTTP requests a minute (default: 30; at most ${bounds.mostRequestsPerMinute})
  --seed N                    a whole number: the same one brings the same shoppers (default: another one each time)
  --url URL                   a shop on this machine (default: http://localhost:3000)
  --stage STAGE               or a deployed stage that allows faults (never prod), by its own address
  --help                      show this

Ends with 0; with 1 when the shop is not there or may not have traffic; with 2 when it was asked in a wrong way; with 130 by Ctrl-C, with its table.
docs/demo.md says what they do and how the figures are meant. The products they bought stay bought: POST /api/admin/generate-traffic puts them back.`;

export interface Order {
  seconds: number;
  requestsPerMinute: number;
  seed: number;
  where: { origin: string } | { stage: Stage };
}

/** @throws Misuse, or Node's own error for a flag that there is not (`misuseOf`) */
export function readOrder(args: readonly string[]): Order {
  const text = { type: 'string' } as const;
  const options = { seconds: text, minutes: text, rpm: text, seed: text, url: text, stage: text, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const { seconds, minutes, url, stage } = values;
  if (seconds !== undefined && minutes !== undefined) throw new Misuse('--seconds and --minutes say the same: give one of them.');
  if (url !== undefined && stage !== undefined) throw new Misuse('--url and --stage each name a shop: give one of them.');
  return {
    seconds:
      minutes === undefined
        ? whole('--seconds', seconds, bounds.mostSeconds, 120)
        : 60 * whole('--minutes', minutes, bounds.mostSeconds / 60),
    requestsPerMinute: whole('--rpm', values.rpm, bounds.mostRequestsPerMinute, 30),
    seed: values.seed === '0' ? 0 : whole('--seed', values.seed, bounds.mostSeed, randomInt(1, 1_000_000)),
    where: stage === undefined ? { origin: originOf(url ?? 'http://localhost:3000') } : { stage: openTo(readStage(stage)) },
  };
}

function whole(flag: string, given: string | undefined, most: number, otherwise = Number.NaN): number {
  if (given === undefined) return otherwise;
  const number = /^[0-9]{1,10}$/.test(given) ? Number(given) : Number.NaN;
  if (number >= 1 && number <= most) return number;
  throw new Misuse(`${flag} is a whole number from 1 to ${most}, not "${given}".`);
}

/** Only a shop on this machine is named by its address: made-up shoppers are nothing to send to somebody else's. */
function originOf(url: string): string {
  const { origin, hostname, pathname, search, protocol, username } = URL.canParse(url) ? new URL(url) : ({} as Partial<URL>);
  const here = hostname !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (here && origin && pathname === '/' && !search && !username && /^https?:$/.test(protocol ?? '')) return origin;
  throw new Misuse(
    `--url is the address of a shop on this machine, such as http://localhost:3000, not "${url}". For a deployed one there is --stage.`,
  );
}

function openTo(stage: Stage): Stage {
  if (stage === 'prod') throw new Misuse('There are people in prod: it gets no made-up shoppers.');
  return stage;
}
