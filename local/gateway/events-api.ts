/** The event bus, SES, and queues that are empty, for functions that run elsewhere than in the gateway: in containers, or in a replay. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Bus, createBus } from '../pumps/bus.ts';
import { putEvents } from './local-endpoints.ts';
import { sendEmail, sendEmailPath } from './mail-endpoints.ts';
import { isForSqs, serveSqs } from './sqs-api.ts';

export interface EventsApi {
  port: number;
  bus: Bus;
  stop(): Promise<void>;
}

/** Takes calls of PutEvents and SendEmail, and answers SQS's, on an address of this machine. */
export async function startEventsApi(host: string): Promise<EventsApi> {
  const bus = createBus();
  const server = createServer((request, response) => {
    const answer = () => {
      if (request.url === sendEmailPath) return sendEmail(request, response);
      return isForSqs(request) ? serveSqs(request, response, request.url ?? '/', undefined) : putEvents(request, response, bus);
    };
    answer().catch(() => response.destroy());
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    bus,
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
