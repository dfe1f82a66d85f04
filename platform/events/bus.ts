import { AwsClient } from 'aws4fetch';
import { aws, config } from '../config.ts';
import { perProcess } from '../per-process.ts';
import type { KelvoEvent } from './event.ts';

const batchSize = 10; // PutEvents takes no more

/**
 * Puts events on the bus (EventBridge; locally the gateway answers the same call).
 * @returns the ids of those the bus took: some of a batch may fail while others pass
 * @throws when the bus cannot be reached or does not answer within `timeoutMs`
 */
export async function publish(events: readonly KelvoEvent[], timeoutMs: number): Promise<string[]> {
  const taken: string[] = [];
  for (let start = 0; start < events.length; start += batchSize) {
    const batch = events.slice(start, start + batchSize);
    const response = await client().fetch(config.EVENT_BUS_ENDPOINT, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
      body: JSON.stringify({ Entries: batch.map(entry) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`The event bus answered ${response.status}`);
    const { Entries } = (await response.json()) as { Entries: { EventId?: string }[] };
    batch.forEach((event, i) => {
      if (Entries[i]?.EventId) taken.push(event.id);
    });
  }
  return taken;
}

const entry = (event: KelvoEvent) => ({
  Source: event.source,
  DetailType: event.type,
  Detail: JSON.stringify(event),
  EventBusName: config.EVENT_BUS_NAME,
  Time: Math.floor(Date.parse(event.time) / 1000),
});

const client = () => perProcess('event-bus', () => new AwsClient({ ...aws, service: 'events', retries: 0 }));
