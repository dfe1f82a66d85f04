/** The event bus, and SES, for functions that run elsewhere than in the gateway: in containers, or in a replay. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Bus, createBus } from '../pumps/bus.ts';
import { putEvents } from './local-endpoints.ts';
import { sendEmail, sendEmailPath } from './mail-endpoints.ts';

export interface EventsApi {
  port: number;
  bus: Bus;
  stop(): Promise<void>;
}

/** Takes calls of PutEvents and SendEmail on an address of this machine. */
export async function startEventsApi(host: string): Promise<EventsApi> {
  const bus = createBus();
  const server = createServer((request, response) => {
    const answered = request.url === sendEmailPath ? sendEmail(request, response) : putEvents(request, response, bus);
    answered.catch(() => response.destroy());
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
