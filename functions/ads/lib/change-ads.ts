import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { type TransactionSql, transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body, Params } from '#platform/http/contract.ts';
import { newId } from '#platform/ids.ts';
import { adNotFound } from './ad-not-found.ts';
import { archiveAd, lockAd, writeAd } from './ads.pg.ts';
import type { Ad, createAdRoute, deleteAdRoute, updateAdRoute } from './contract.ts';

type AdBody = Body<typeof createAdRoute>;

/** Adds an ad. @throws Problem 400 `invalid-request` for a schedule that ends before it begins; 422 `unknown-category` */
export function createAd(body: AdBody, { actor, now }: { actor: string; now: Date }): Promise<Ad> {
  const at = now.toISOString();
  const fresh = { id: newId(), imageUrl: '', category: null, weight: 1, startsAt: at, endsAt: null, createdAt: at };
  const ad = changed(fresh, body, now);
  return transaction(async (sql) => {
    await write(sql, ad);
    await recordChange(sql, actor, { action: 'ad.created', subject: `ad:${ad.id}`, before: null, after: ad }, now);
    return ad;
  });
}

/**
 * Changes an ad; what the body leaves out stays.
 * @throws Problem 404 `ad-not-found`; 400 `invalid-request` for a schedule that ends before it begins; 422 `unknown-category`
 */
export function updateAd(
  { id, ...body }: Params<typeof updateAdRoute> & AdBody,
  { actor, now }: { actor: string; now: Date },
): Promise<Ad> {
  return transaction(async (sql) => {
    const before = await lockAd(sql, id);
    if (!before) throw adNotFound();
    const after = changed(before, body, now);
    await write(sql, after);
    await recordChange(sql, actor, { action: 'ad.updated', subject: `ad:${id}`, before, after }, now);
    return after;
  });
}

/** Deletes an ad: it is shown and clicked no more, and its figures stay. @throws Problem 404 `ad-not-found`, also for one that is deleted already */
export function deleteAd({ id }: Params<typeof deleteAdRoute>, { actor, now }: { actor: string; now: Date }): Promise<void> {
  return transaction(async (sql) => {
    const before = await lockAd(sql, id);
    if (!before) throw adNotFound();
    await archiveAd(sql, id, now);
    await recordChange(sql, actor, { action: 'ad.archived', subject: `ad:${id}`, before, after: null }, now);
  });
}

/** What a body makes of an ad: what it leaves out stays. */
function changed(before: Omit<Ad, 'title' | 'text' | 'target' | 'updatedAt'>, body: AdBody, now: Date): Ad {
  const instant = (moment: string) => new Date(moment).toISOString();
  return {
    ...before,
    title: body.title,
    text: body.text,
    target: body.target,
    imageUrl: body.imageUrl ?? before.imageUrl,
    category: body.category === undefined ? before.category : body.category,
    weight: body.weight ?? before.weight,
    startsAt: body.startsAt === undefined ? before.startsAt : instant(body.startsAt),
    endsAt: body.endsAt === undefined ? before.endsAt : body.endsAt && instant(body.endsAt),
    updatedAt: now.toISOString(),
  };
}

async function write(sql: TransactionSql, ad: Ad): Promise<void> {
  if (ad.endsAt !== null && ad.endsAt <= ad.startsAt) {
    const errors = [{ pointer: '/endsAt', message: `must be later than the ad begins, ${ad.startsAt}` }];
    throw new Problem('invalid', 'invalid-request', 'The ad would end before it begins.', { errors });
  }
  if (await writeAd(sql, ad)) return;
  const errors = [{ pointer: '/category', message: 'names no category' }];
  throw new Problem('unprocessable', 'unknown-category', 'There is no such category.', { errors });
}
