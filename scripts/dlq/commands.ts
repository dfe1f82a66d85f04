import { deleteMessage, getQueue, type HeldMessage, readMessages, visitMessages } from '#functions/ops/lib/dead-letters.client.ts';
import { queueNames } from '#functions/ops/lib/queue-names.ts';
import { redriveQueue } from '#functions/ops/lib/redrive-queue.ts';
import { type Found, type Place, queuesOf, Refusal } from './place.ts';
import { listed, shown } from './print.ts';

/** What a command found to do: 0 makes the exit code 1. */
export interface Done {
  found: number;
  said: string;
}

/** Messages are looked at for as long as they are held: after that they would be seen twice. */
const lookMs = 25_000;
const most = 1_000;
/** A redrive goes on until nothing is left; this ends one whose consumer fails as fast as messages are sent back. */
const redriveMs = 3_600_000;

const plural = (count: number, what = 'dead letter') => `${count} ${what}${count === 1 ? '' : 's'}`;

/** The queues that are meant: one, or all. @throws Refusal that names those there are */
async function queuesMeant(place: Place, queue: string | undefined): Promise<string[]> {
  const queues = await queuesOf(place);
  if (queues.length === 0) throw new Refusal(`The stage ${place.stage} has no queues of dead letters in this account and region.`);
  if (queue === undefined) return queues;
  if (queues.includes(queue)) return [queue];
  throw new Refusal(`There is no queue ${queue}. These have dead letters: ${queues.join(', ')}.`);
}

export async function list(place: Place, { queue }: { queue?: string | undefined }): Promise<Done> {
  const until = Date.now() + lookMs;
  const looked = await Promise.all(
    (await queuesMeant(place, queue)).map(async (name) => {
      const source = await getQueue(place.sqs, queueNames(name, place.stage).deadLetters);
      return { name, ...(await readMessages(source, { most, until })) };
    }),
  );
  const letters = await place.describe(looked.flatMap(({ name, messages }) => messages.map((message) => ({ queue: name, message }))));
  letters.sort((a, b) => (a.failedAt > b.failedAt ? -1 : 1));
  const counts = looked.filter(({ count }) => count > 0).map(({ name, count }) => `${name} ${count}`);
  const total = looked.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return { found: 0, said: 'No dead letters.' };
  return { found: total, said: `${listed(letters, place.noReason)}\n\n${plural(total)}: ${counts.join(', ')}` };
}

/** Takes messages by their ids out of any queue of dead letters, and leaves every other one. */
async function visitIds(
  place: Place,
  ids: readonly string[],
  work: (queue: string, message: HeldMessage, remove: () => Promise<void>) => Promise<'left' | 'gone'>,
): Promise<string[]> {
  const missing = new Set(ids);
  const until = Date.now() + lookMs;
  const visits = (await queuesMeant(place, undefined)).map(async (name) => {
    const source = await getQueue(place.sqs, queueNames(name, place.stage).deadLetters);
    const take = async (messages: HeldMessage[]) => {
      const gone = new Set<string>();
      for (const message of messages) {
        if (!missing.delete(message.id)) continue;
        if ((await work(name, message, () => deleteMessage(source, message))) === 'gone') gone.add(message.id);
      }
      return messages.filter(({ id }) => !gone.has(id));
    };
    await visitMessages(source, take, { enough: () => missing.size === 0, until });
  });
  await Promise.all(visits);
  return [...missing];
}

const missingLines = (missing: readonly string[]) => missing.map((id) => `${id}: there is no such dead letter`);

export async function show(place: Place, ids: readonly string[]): Promise<Done> {
  const found: Found[] = [];
  const missing = await visitIds(place, ids, async (queue, message) => {
    found.push({ queue, message });
    return 'left';
  });
  const letters = await place.describe(found);
  const texts = letters.map((letter, i) => shown(letter, (found[i] as Found).message, place.noReason));
  return { found: found.length, said: [...texts, ...missingLines(missing)].join('\n\n') };
}

export async function redrive(place: Place, { ids, queue }: { ids: readonly string[]; queue?: string | undefined }): Promise<Done> {
  const wanted = ids.length > 0 ? new Set(ids) : undefined;
  const until = Date.now() + (wanted ? lookMs : redriveMs);
  const queues = await queuesMeant(place, queue);
  const outcomes = await Promise.all(
    queues.map(async (name) => ({
      name,
      ...(await redriveQueue(place.sqs, queueNames(name, place.stage), { ...(wanted && { wanted }), until })),
    })),
  );
  const moved = outcomes.reduce((sum, each) => sum + each.moved.length, 0);
  const kept = outcomes.flatMap((each) => each.kept);
  const lines = [
    ...outcomes.filter((each) => each.moved.length > 0).map((each) => `${each.name}: ${plural(each.moved.length)} sent back`),
    ...kept.map((id) => `${id}: its consumer reads a stream, see docs/runbooks/dead-letters.md`),
    ...missingLines([...(wanted ?? [])]),
    ...outcomes.filter(({ all }) => !all).map(({ name }) => `${name}: there may be more, which somebody else looks at just now: try again`),
  ];
  return { found: moved + kept.length, said: lines.length > 0 ? lines.join('\n') : 'No dead letters.' };
}

export async function remove(place: Place, ids: readonly string[]): Promise<Done> {
  const lines: string[] = [];
  const missing = await visitIds(place, ids, async (queue, { id }, deleteIt) => {
    await deleteIt();
    lines.push(`${id}: deleted from ${queue}`);
    return 'gone';
  });
  return { found: lines.length, said: [...lines, ...missingLines(missing)].join('\n') };
}
