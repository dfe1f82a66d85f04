import type { Api } from './client.ts';
import { type Existing, fillIn, planOf } from './plan.ts';

type Asset = 'slos' | 'monitors' | 'dashboards';
export type Assets = Record<Asset, Record<string, unknown>>;

export interface Applied {
  /** What was done, or would be, a line each. */
  lines: string[];
  /** What Datadog refused, and what is not known because it was away. */
  faults: string[];
}

interface Kind {
  path: string;
  /** @throws Fault */
  list(ask: Ask, stage: string): Promise<Existing[]>;
  idIn(answer: unknown): string;
}
type Ask = (path: string) => Promise<unknown>;

/** A read that did not succeed: without it nothing can be planned. */
class Fault extends Error {}

const assetIn = (tags: unknown): string | undefined =>
  (Array.isArray(tags) ? tags : [])
    .map(String)
    .find((tag) => tag.startsWith('asset:'))
    ?.slice('asset:'.length);
const carries = (tags: unknown, stage: string) =>
  ['managed-by:kelvo', `stage:${stage}`].every((tag) => Array.isArray(tags) && tags.includes(tag));
const tagged = (found: { id: unknown; tags?: unknown }[], stage: string): Existing[] =>
  found.flatMap((one) => {
    const asset = assetIn(one.tags);
    return asset !== undefined && carries(one.tags, stage) ? [{ id: String(one.id), asset, body: one }] : [];
  });

const pageSize = 100;
/** Reads page by page until one is not full. @param path of a page */
async function pages<T>(ask: Ask, path: (page: number) => string, itemsIn: (answer: unknown) => T[]): Promise<T[]> {
  const all: T[] = [];
  for (let page = 0; ; page++) {
    const items = itemsIn(await ask(path(page)));
    all.push(...items);
    if (items.length < pageSize) return all;
  }
}

const mark = /^Managed by the repository of Kelvo: (\w+)\/([\w-]+)\. /;

const kinds: Record<Asset, Kind> = {
  slos: {
    path: '/api/v1/slo',
    list: async (ask, stage) =>
      tagged(
        await pages(
          ask,
          (page) =>
            `/api/v1/slo?tags_query=${encodeURIComponent(`managed-by:kelvo AND stage:${stage}`)}&limit=${pageSize}&offset=${page * pageSize}`,
          (answer) => (answer as { data: { id: string; tags?: string[] }[] }).data,
        ),
        stage,
      ),
    idIn: (answer) => (answer as { data: { id: string }[] }).data[0]?.id ?? '',
  },
  monitors: {
    path: '/api/v1/monitor',
    list: async (ask, stage) =>
      tagged(
        await pages(
          ask,
          (page) =>
            `/api/v1/monitor?monitor_tags=${encodeURIComponent(`managed-by:kelvo,stage:${stage}`)}&page=${page}&page_size=${pageSize}`,
          (answer) => answer as { id: number; tags?: string[] }[],
        ),
        stage,
      ),
    idIn: (answer) => String((answer as { id: number }).id),
  },
  dashboards: {
    path: '/api/v1/dashboard',
    list: async (ask, stage) => {
      const all = await pages(
        ask,
        (page) => `/api/v1/dashboard?count=${pageSize}&start=${page * pageSize}`,
        (answer) => (answer as { dashboards: { id: string; description?: string | null }[] }).dashboards,
      );
      const own = all.flatMap(({ id, description }) => {
        const [, of, asset] = mark.exec(description ?? '') ?? [];
        return of === stage && asset !== undefined ? [{ id, asset }] : [];
      });
      return Promise.all(own.map(async ({ id, asset }) => ({ id, asset, body: await ask(`/api/v1/dashboard/${id}`) })));
    },
    idIn: (answer) => (answer as { id: string }).id,
  },
};

/** First what others name, last what names others; the other way round when things go. */
const order = ['slos', 'monitors', 'dashboards'] as const;

/**
 * Makes Datadog have what the repository says of a stage. What it refuses is told, and the rest goes on; when it is away the run ends. Running it again does
 * what is left.
 * @param dryRun only reads, and has monitors judged that would be made or changed
 */
export async function applyDatadog(
  api: Api,
  assets: Assets,
  { stage, suffix, notify, dryRun }: { stage: string; suffix: string; notify: string; dryRun: boolean },
): Promise<Applied> {
  const applied: Applied = { lines: [], faults: [] };
  const values: Record<string, string> = { stage, suffix, notify };
  const removals: { kind: Asset; asset: string; id: string }[] = [];
  const ask: Ask = async (path) => {
    const answer = await api.call('GET', path);
    if (answer.outcome === 'done') return answer.value;
    throw new Fault(
      answer.outcome === 'away'
        ? `Datadog is away: ${answer.reason}`
        : `Datadog refused to show ${path.split('?')[0]} (${answer.status}): ${answer.reason}`,
    );
  };
  /** @returns what was answered; undefined when it was refused. @throws Fault when Datadog is away */
  const change = async (
    what: string,
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ value: unknown } | undefined> => {
    const answer = await api.call(method, path, body);
    if (answer.outcome === 'away') throw new Fault(`Datadog is away, and it is not known whether it took ${what}: ${answer.reason}`);
    if (answer.outcome === 'done') return { value: answer.value };
    applied.faults.push(`${what} was refused (${answer.status}): ${answer.reason}`);
    return undefined;
  };
  try {
    for (const kind of order) {
      const { path, list, idIn } = kinds[kind];
      const existing = await list(ask, stage);
      const wanted = fillIn(assets[kind], values) as Record<string, unknown>;
      const plan = planOf(wanted, existing);
      removals.push(...plan.remove.map((one) => ({ kind, ...one })));
      applied.faults.push(...plan.doubles.map(({ asset, id }) => `${kind}/${asset} is there more than once: look at ${id}, and delete it`));
      for (const { asset, id } of [...plan.unchanged, ...plan.update]) if (kind === 'slos') values[`slo:${asset}`] = id;
      if (dryRun) {
        for (const asset of plan.create) applied.lines.push(`would create ${kind}/${asset}`);
        for (const { asset } of plan.update) applied.lines.push(`would update ${kind}/${asset}`);
        const judged = kind === 'monitors' ? [...plan.create, ...plan.update.map(({ asset }) => asset)] : [];
        for (const asset of judged)
          if (!JSON.stringify(wanted[asset]).includes('<slo:'))
            await change(`${kind}/${asset}`, 'POST', '/api/v1/monitor/validate', wanted[asset]);
        continue;
      }
      for (const asset of plan.create) {
        const made = await change(`${kind}/${asset}`, 'POST', path, wanted[asset]);
        if (made && kind === 'slos') values[`slo:${asset}`] = idIn(made.value);
        if (made) applied.lines.push(`created ${kind}/${asset}`);
      }
      for (const { asset, id } of plan.update)
        if (await change(`${kind}/${asset}`, 'PUT', `${path}/${id}`, wanted[asset])) applied.lines.push(`updated ${kind}/${asset}`);
    }
    for (const { kind, asset, id } of removals.toReversed()) {
      if (dryRun) applied.lines.push(`would delete ${kind}/${asset}`);
      else if (await change(`${kind}/${asset}`, 'DELETE', `${kinds[kind].path}/${id}`)) applied.lines.push(`deleted ${kind}/${asset}`);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    applied.faults.push(error.message);
  }
  return applied;
}
