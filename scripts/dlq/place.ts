/** Where dead letters are: in the Kelvo that runs from this clone, or in a deployed stage. */
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetter } from '#functions/ops/lib/contract.ts';
import { type DeadMessage, deadLetterOf } from '#functions/ops/lib/dead-letter.ts';
import { noted } from '#functions/ops/lib/noted-failures.ts';
import { shortNameOf } from '#functions/ops/lib/queue-names.ts';
import { runningKelvo } from '#local/running.ts';
import type { Sql } from '#platform/db/sql.ts';
import { connected } from '../../db/seed/connection.ts';
import { lettersByApi } from './letters-by-api.ts';

/** What the person at the keyboard can mend: told without a stack trace. */
export class Refusal extends Error {}

export interface Found {
  queue: string;
  message: DeadMessage;
}

export interface Place {
  sqs: SQSClient;
  stage: string;
  /** Adds what consumers noted. */
  describe(found: readonly Found[]): Promise<DeadLetter[]>;
  /** What to say where no reason is known. */
  noReason: string;
}

/** @throws Refusal when nothing runs here */
export function localPlace(folder: string): Place {
  const running = runningKelvo(folder);
  if (running === null) throw new Refusal('No Kelvo runs from this clone. Start it with npm start, or name a deployed stage with --stage.');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return {
    sqs: new SQSClient({ region: 'us-east-1', endpoint: `${running.url}/_local/sqs`, credentials, useQueueUrlAsEndpoint: false }),
    stage: 'local',
    describe: (found) =>
      connected(running.databaseUrl, async (client) => {
        const sql: Sql = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
          (await client.query(text, [...values])).rows as Row[];
        const failureOf = await noted(sql, found);
        return found.map(({ queue, message }) => deadLetterOf(queue, message, failureOf(queue, message)));
      }),
    noReason: 'its consumer noted none',
  };
}

/**
 * A deployed stage, by the credentials and the region that the AWS CLI would use.
 * @param api the shop's address: its API knows the reasons, which are in a database that nobody reaches from outside
 */
export function deployedPlace(stage: string, api: { url: string; token: string } | undefined): Place {
  return {
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }), // so that AWS_ENDPOINT_URL_SQS holds for every call
    stage,
    async describe(found) {
      const known = api && found.length > 0 ? await lettersByApi(api) : new Map<string, DeadLetter>();
      return found.map(({ queue, message }) => known.get(message.id) ?? deadLetterOf(queue, message, undefined));
    },
    noReason: api ? 'its consumer noted none' : 'the shop’s API knows it: add --api',
  };
}

/** The short names of all queues that have dead letters. */
export async function queuesOf({ sqs, stage }: Place): Promise<string[]> {
  const names: string[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues({ client: sqs, pageSize: 1000 }, { QueueNamePrefix: `kelvo-${stage}-` })) {
    for (const url of QueueUrls) {
      const name = shortNameOf(url.slice(url.lastIndexOf('/') + 1), stage);
      if (name !== undefined) names.push(name);
    }
  }
  return names.sort();
}
