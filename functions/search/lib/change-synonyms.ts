import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { type TransactionSql, transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body, Params } from '#platform/http/contract.ts';
import { newId } from '#platform/ids.ts';
import type { createSynonymRoute, deleteSynonymRoute, Synonym, updateSynonymRoute } from './contract.ts';
import { deleteSynonymRow, lockSynonym, searchedOf, writeSynonym } from './synonyms.pg.ts';

/** A side that is looked up in what was typed has so many words at most: a query is looked through word by word and pair by pair. */
const mostWords = 2;

/** Adds a synonym. @throws Problem 400 `invalid-request` where nothing searchable remains; 409 `synonym-exists` */
export function createSynonym(body: Body<typeof createSynonymRoute>, { actor, now }: { actor: string; now: Date }): Promise<Synonym> {
  const at = now.toISOString();
  const synonym = { id: newId(), ...body, bothWays: body.bothWays ?? false, createdAt: at, updatedAt: at };
  return transaction(async (sql) => {
    await write(sql, synonym);
    await recordChange(sql, actor, { action: 'synonym.created', subject: `synonym:${synonym.id}`, before: null, after: synonym }, now);
    return synonym;
  });
}

/** Changes a synonym. @throws Problem 404 `synonym-not-found`; 400 `invalid-request` where nothing searchable remains; 409 `synonym-exists` */
export function updateSynonym(
  { id, ...body }: Params<typeof updateSynonymRoute> & Body<typeof updateSynonymRoute>,
  { actor, now }: { actor: string; now: Date },
): Promise<Synonym> {
  return transaction(async (sql) => {
    const before = await lockSynonym(sql, id);
    if (!before) throw synonymNotFound();
    const after = { ...before, ...body, bothWays: body.bothWays ?? before.bothWays, updatedAt: now.toISOString() };
    await write(sql, after);
    await recordChange(sql, actor, { action: 'synonym.updated', subject: `synonym:${id}`, before, after }, now);
    return after;
  });
}

/** Deletes a synonym. @throws Problem 404 `synonym-not-found` */
export function deleteSynonym({ id }: Params<typeof deleteSynonymRoute>, { actor, now }: { actor: string; now: Date }): Promise<void> {
  return transaction(async (sql) => {
    const before = await lockSynonym(sql, id);
    if (!before) throw synonymNotFound();
    await deleteSynonymRow(sql, id);
    await recordChange(sql, actor, { action: 'synonym.deleted', subject: `synonym:${id}`, before, after: null }, now);
  });
}

/** PostgreSQL alone knows what remains of a text to search for: no stop words, no signs, no emoji. */
async function write(sql: TransactionSql, synonym: Synonym): Promise<void> {
  const searched = await searchedOf(sql, synonym);
  const looked = { said: true, means: synonym.bothWays };
  const faults = (['said', 'means'] as const).flatMap((side) => {
    if (searched[side] === 0) return [{ pointer: `/${side}`, message: 'holds no word that can be searched for' }];
    return looked[side] && searched[side] > mostWords ? [{ pointer: `/${side}`, message: `must have at most ${mostWords} words` }] : [];
  });
  if (faults.length === 0 && searched.same) faults.push({ pointer: '/means', message: 'must be something else than what is said' });
  if (faults.length > 0)
    throw new Problem('invalid', 'invalid-request', `The synonym is not valid: ${faults[0]?.pointer} ${faults[0]?.message}.`, {
      errors: faults,
    });
  await writeSynonym(sql, synonym);
}

const synonymNotFound = () => new Problem('missing', 'synonym-not-found', 'There is no synonym with this id.');
