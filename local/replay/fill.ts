/** Fills in the placeholders of events: tokens, signatures, keys, times, and values of earlier answers. */
import { randomUUID } from 'node:crypto';
import type { Answer } from './answer.ts';
import type { Credentials } from './credentials.ts';

/** One replay: what was made and answered in it so far. */
export interface Scene {
  now: Date;
  credentials: Credentials;
  /** By file: `orders/place-order.json`. */
  answers: Map<string, Answer>;
  /** UUIDs by the name they were asked for. */
  uuids: Map<string, string>;
  /** Events that were emitted by what was given before, as the bus hands them to a target; by type, the last one of each. */
  emitted: Map<string, object>;
}

export const newScene = (credentials: Credentials, now = new Date()): Scene => ({
  now,
  credentials,
  answers: new Map(),
  uuids: new Map(),
  emitted: new Map(),
});

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The syntax of a placeholder: a name, then an argument after a colon, or an offset from now. docs/events-replay.md lists them. */
const placeholder = /\{\{(\w+)(?::([^{}]*)|([+-]\d+[smhd]))?\}\}/g;

/** Gives a copy of an event or an expectation with every placeholder filled in. Throws an Error for one that cannot be. */
export async function fill<T>(value: T, scene: Scene): Promise<T> {
  const filled = await fillAll(value, scene);
  const { body, headers } = (filled ?? {}) as { body?: unknown; headers?: Record<string, string> };
  if (typeof body !== 'string' || headers === undefined) return filled as T;
  // Last, because it signs the body as it is sent.
  const sign = (header: string) => header.replaceAll('{{signature}}', () => scene.credentials.signature(body, scene.now));
  return { ...(filled as T), headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, sign(header)])) };
}

async function fillAll(value: unknown, scene: Scene): Promise<unknown> {
  if (typeof value === 'string') return fillText(value, scene);
  if (Array.isArray(value)) return Promise.all(value.map((item) => fillAll(item, scene)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await fillAll(item, scene)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function fillText(text: string, scene: Scene): Promise<string> {
  let filled = '';
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    filled += text.slice(end, match.index) + (await fillingFor(match, scene));
    end = match.index + match[0].length;
  }
  return filled + text.slice(end);
}

async function fillingFor([whole, kind, argument, offset]: RegExpExecArray, scene: Scene): Promise<string> {
  const { now, credentials, answers, uuids } = scene;
  if (kind === 'signature') return whole;
  if (kind === 'token' && (argument === 'shopper' || argument === 'admin')) return credentials.accessToken(argument, now);
  if (kind === 'orderToken' && argument !== undefined) return credentials.orderToken(argument, now);
  if (kind === 'responseUrl' && argument === undefined) return credentials.responseUrl;
  if (kind === 'schemaVersion' && argument === undefined) return credentials.schemaVersion;
  if (kind === 'uuid') return argument === undefined ? randomUUID() : named(argument, uuids);
  if (kind === 'now' && argument === undefined) return instant(offset, now);
  if (kind === 'from' && argument !== undefined) return fromAnswer(argument, answers);
  if (kind === 'event' && argument !== undefined) return emittedEvent(argument, scene);
  if (kind === 'eventBase64' && argument !== undefined) return Buffer.from(emittedEvent(argument, scene)).toString('base64');
  throw new Error(`there is no placeholder ${whole}`);
}

function named(name: string, uuids: Map<string, string>): string {
  const uuid = uuids.get(name) ?? randomUUID();
  uuids.set(name, uuid);
  return uuid;
}

function instant(offset: string | undefined, now: Date): string {
  const ms = offset === undefined ? 0 : Number(offset.slice(0, -1)) * (units[offset.slice(-1)] as number);
  return new Date(now.getTime() + ms).toISOString();
}

function emittedEvent(type: string, { emitted }: Scene): string {
  const event = emitted.get(type);
  if (event === undefined)
    throw new Error(`{{event:${type}}}: none of the events given before emitted one; there are ${[...emitted.keys()].join(', ')}`);
  return JSON.stringify(event);
}

function fromAnswer(argument: string, answers: Map<string, Answer>): string {
  const colon = argument.indexOf(':');
  const [file, path] = [argument.slice(0, colon), argument.slice(colon + 1)];
  const answer = answers.get(file);
  if (answer === undefined) throw new Error(`{{from:${argument}}}: ${file} is not among the events given before`);
  const found = path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], answer);
  if (typeof found === 'string' || typeof found === 'number') return String(found);
  throw new Error(`{{from:${argument}}}: there is no ${path} in the answer ${JSON.stringify(answer).slice(0, 500)}`);
}
