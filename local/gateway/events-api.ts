/** The event bus, SES, queues that are empty, and what takes answers to CloudFormation, for functions that run elsewhere than in the gateway: in containers, or in a replay. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Bus, createBus } from '../pumps/bus.ts';
import { putEvents } from './local-endpoints.ts';
import { sendEmail, sendEmailPath } from './mail-endpoints.ts';
import { isForSqs, serveSqs } from './sqs-api.ts';

/** Stands for the pre-signed URL that a custom resource puts its answer to. */
export const answerPath = '/cloudformation-answer';

export interface EventsApi {
  port: number;
  bus: Bus;
  stop(): Promise<void>;
}

/** Takes calls of PutEvents and SendEmail, and answers to CloudFormation, and answers SQS's calls, on an address of this machine. */
export async function startEventsApi(host: string): Promise<EventsApi> {
  const bus = createBus();
  const server = createServer((request, response) => {
    const answer = async () => {
      if (request.url === answerPath && request.method === 'PUT') return void request.resume().on('end', () => response.end());
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
