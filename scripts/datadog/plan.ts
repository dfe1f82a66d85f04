/** What is in Datadog: by our name of it, where it carries one of this stage. */
export interface Existing {
  id: string;
  asset: string;
  body: unknown;
}

export interface Plan {
  create: string[];
  update: { asset: string; id: string }[];
  unchanged: { asset: string; id: string }[];
  /** Carries our tag, and is gone from the repository. */
  remove: { asset: string; id: string }[];
  /** More than one carries the same name, as when a create went through unseen: the first is ours, the others are for somebody to look at. */
  doubles: { asset: string; id: string }[];
}

/** What has to be done so that Datadog has what the repository says. Running it twice changes nothing. */
export function planOf(wanted: Readonly<Record<string, unknown>>, existing: readonly Existing[]): Plan {
  const plan: Plan = { create: [], update: [], unchanged: [], remove: [], doubles: [] };
  const first = new Map<string, Existing>();
  for (const one of existing) {
    const { id, asset } = one;
    if (!Object.hasOwn(wanted, asset)) plan.remove.push({ asset, id });
    else if (first.has(asset)) plan.doubles.push({ asset, id });
    else first.set(asset, one);
  }
  for (const [asset, body] of Object.entries(wanted)) {
    const found = first.get(asset);
    if (!found) plan.create.push(asset);
    else (isIn(body, found.body) ? plan.unchanged : plan.update).push({ asset, id: found.id });
  }
  return plan;
}

/** Whether everything that is wanted is there. Datadog adds ids, dates and defaults of its own. */
export function isIn(wanted: unknown, found: unknown): boolean {
  if (Array.isArray(wanted)) return Array.isArray(found) && wanted.length === found.length && wanted.every((one, i) => isIn(one, found[i]));
  if (wanted === null || typeof wanted !== 'object') return wanted === found;
  return (
    typeof found === 'object' &&
    found !== null &&
    Object.entries(wanted).every(([key, value]) => isIn(value, (found as Record<string, unknown>)[key]))
  );
}

/** Fills in <name>; one that is not known yet stays, as the id of an SLO that a dry run did not make. */
export function fillIn(body: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof body === 'string') return body.replace(/<([a-z0-9:-]+)>/g, (whole, name: string) => values[name] ?? whole).trimEnd();
  if (Array.isArray(body)) return body.map((one) => fillIn(one, values));
  if (body === null || typeof body !== 'object') return body;
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, fillIn(value, values)]));
}
