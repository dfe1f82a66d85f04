import { declaredEvents } from '../../scripts/docs/events.ts';
import type { TestDatabase } from './database.ts';

const contracts = new Map<string, (typeof declaredEvents)[number]['event']>(declaredEvents.map(({ event }) => [event.type, event]));

/** @throws when an event in the outbox is not declared in a contract, or its data does not fit the declared schema */
export async function checkEmittedEvents(database: TestDatabase): Promise<void> {
  // Rows that a test made up by SQL, to fill the table, are no events.
  const emitted = "select type, event->'data' as data from outbox where event ? 'specversion'";
  const rows = await database.query<{ type: string; data: unknown }>(emitted);
  const faults = rows.flatMap(({ type, data }) => {
    const contract = contracts.get(type);
    const issues = contract ? contract.data.safeParse(data).error?.issues : 'no contract declares it';
    return issues ? [`${type}: ${JSON.stringify(issues)}`] : [];
  });
  if (faults.length > 0) throw new Error(`Events that were emitted do not fit their contracts:\n${[...new Set(faults)].join('\n')}`);
}
