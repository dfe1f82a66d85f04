/** Replays one event and says how its outcome differs from the expected one. */
import { isDeepStrictEqual } from 'node:util';
import type { LocalFunction } from '../template.ts';
import { type Answer, answerOf, type Outcome } from './answer.ts';
import { changesBetween, type Query, readContents } from './contents.pg.ts';
import type { Credentials } from './credentials.ts';
import { differences } from './differences.ts';
import { emittedEvents } from './emitted-events.pg.ts';
import { type EventFile, faultsOf, readEventFile } from './event-files.ts';
import type { Expectation } from './expectation.ts';
import { fill, newScene, type Scene } from './fill.ts';

export type Invoke = (logicalId: string, event: unknown) => Promise<Outcome>;

/** What an event is replayed on: a seeded database of its own, and functions that use it. */
export interface Stage {
  /** Runs the function that the event is for. */
  invoke: Invoke;
  /** Runs functions for the events given before. */
  prepare: Invoke;
  query: Query;
}

export interface Replays {
  /** The folder events/. */
  folder: string;
  functions: LocalFunction[];
  credentials: Credentials;
}

export interface Report {
  /** Empty: all as expected. */
  differences: string[];
  /** Whether the database was changed. */
  dirty: boolean;
  answer: Answer;
}

/** @throws Error for a bad file, and for an event given before that itself went wrong */
export async function replay({ folder, functions, credentials }: Replays, name: string, stage: Stage): Promise<Report> {
  const file = readEventFile(folder, name);
  const [fault] = faultsOf(file, functions);
  if (fault !== undefined) throw new Error(fault);
  const scene = newScene(credentials);
  await prepare({ folder, functions }, file.expectation, scene, stage);
  const event = await filled(file, scene);
  const before = await readContents(stage.query);
  const answer = answerOf(await stage.invoke(file.expectation.function, event), isRoute(functions, file));
  const after = await readContents(stage.query);
  const changes = changesBetween(before, after);
  const expectation = await fill(file.expectation, scene);
  const known = new Set(before.get('outbox')?.keys());
  const found = [...answerDifferences(answer, expectation), ...(await databaseDifferences(stage.query, changes, known, expectation))];
  return { differences: found, dirty: Object.keys(changes).length > 0 || (file.expectation.given ?? []).length > 0, answer };
}

/** Replays the events that this one is `given`, and theirs in turn, each once; their answers are then in the scene. */
export async function prepare(
  { folder, functions }: Pick<Replays, 'folder' | 'functions'>,
  { given = [] }: Expectation,
  scene: Scene,
  stage: Pick<Stage, 'prepare' | 'query'>,
): Promise<void> {
  for (const step of given) {
    if (typeof step === 'object') {
      await stage.query(await fill(step.sql, scene));
      continue;
    }
    if (scene.answers.has(step)) continue;
    const file = readEventFile(folder, step);
    await prepare({ folder, functions }, file.expectation, scene, stage);
    const answer = answerOf(await stage.prepare(file.expectation.function, await filled(file, scene)), isRoute(functions, file));
    const found = answerDifferences(answer, await fill(file.expectation, scene));
    if (found.length > 0) throw new Error(`events/${step}, which comes before, went wrong: ${found.join('; ')}`);
    scene.answers.set(step, answer);
  }
  if (given.length > 0) scene.emitted = await emittedEvents(stage.query);
}

const isRoute = (functions: LocalFunction[], { expectation }: EventFile): boolean =>
  functions.some(({ logicalId, routes }) => logicalId === expectation.function && routes.length > 0);

const filled = ({ name, event }: EventFile, scene: Scene): Promise<unknown> =>
  fill(event, scene).catch((error: Error) => {
    throw new Error(`events/${name}: ${error.message}`);
  });

function answerDifferences(answer: Answer, expectation: Expectation): string[] {
  const parts = (['status', 'result', 'error', 'headers', 'cookies', 'body'] as const).filter((part) => expectation[part] !== undefined);
  const found = parts.flatMap((part) => differences(answer[part], expectation[part], part));
  // Adds the error's text: the status alone does not say why.
  const unexpected = found.length > 0 && (answer.error !== undefined || (answer.status ?? 0) >= 400);
  return unexpected ? [...found, `the answer is ${JSON.stringify(answer.error ?? answer.body)}`] : found;
}

async function databaseDifferences(
  query: Query,
  changes: ReturnType<typeof changesBetween>,
  known: Set<string>,
  { changes: expected = {}, events = [], rows = [] }: Expectation,
): Promise<string[]> {
  const outbox = await query<{ key: string; type: string }>('select row(id)::text as key, type from outbox order by created_at, id');
  const told = outbox.filter(({ key }) => !known.has(key)).map(({ type }) => type);
  const { outbox: { inserted: _, ...rest } = {}, ...others } = changes;
  const changed = { ...others, ...(Object.keys(rest).length > 0 && { outbox: rest }) };
  const found: string[] = [];
  if (!isDeepStrictEqual(changed, expected)) found.push(`changes are ${JSON.stringify(changed)}, expected ${JSON.stringify(expected)}`);
  if (!isDeepStrictEqual(told, events)) found.push(`events are ${JSON.stringify(told)}, expected ${JSON.stringify(events)}`);
  for (const { sql, are } of rows) found.push(...differences(JSON.parse(JSON.stringify(await query(sql))), are, `"${sql}"`));
  return found;
}
