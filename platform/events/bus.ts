import { AwsClient } from 'aws4fetch';
import { aws, config } from '../config.ts';
import { perProcess } from '../per-process.ts';
import type { KelvoEvent } from './event.ts';

/** PutEvents takes no more. */
export const batchSize = 10;

/**
 * Puts events on the bus (EventBridge; locally the gateway answers the same call).
 * @returns the ids of those the bus took: some of a batch may fail while others pass
 * @throws when the bus cannot be reached or does not answer within `timeoutMs`, and has taken none of them before
 */
export async function publish(events: readonly KelvoEvent[], timeoutMs: number): Promise<string[]> {
  const taken: string[] = [];
  for (let start = 0; start < events.length; start += batchSize) {
    const batch = events.slice(start, start + batchSize);
    try {
      taken.push(...(await putEvents(batch, timeoutMs)));
    } catch (error) {
      if (taken.length === 0) throw error;
      break;
    }
  }
  return taken;
}

async function putEvents(events: readonly KelvoEvent[], timeoutMs: number): Promise<string[]> {
  const response = await client().fetch(config.EVENT_BUS_ENDPOINT, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
    body: JSON.stringify({ Entries: events.map(entry) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`The event bus answered ${response.status}`);
  const { Entries } = (await response.json()) as { Entries: { EventId?: string }[] };
  return events.filter((_, i) => Entries[i]?.EventId).map(({ id }) => id);
}

const entry = (event: KelvoEvent) => ({
  Source: event.source,
  DetailType: event.type,
  Detail: JSON.stringify(event),
  EventBusName: config.EVENT_BUS_NAME,
  Time: Math.floor(Date.parse(event.time) / 1000),
});

const client = () => perProcess('event-bus', () => new AwsClient({ ...aws, service: 'events', retries: 0 }));
