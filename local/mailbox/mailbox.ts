/**
 * The mailbox of this machine: what the shop wrote to people, at /mailbox, read from the shop's own database. It shows links that open orders and
 * no login, so only this machine may see it (local-endpoints.ts), and nothing of it is deployed.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import pg from 'pg';
import { getNotificationRoute, listMailboxRoute } from '#functions/notifications/lib/contract.ts';
import { getNotification, listMailbox } from '#functions/notifications/lib/read-mailbox.ts';
import type { Sql } from '#platform/db/sql.ts';
import { timestampFromPostgres } from '#platform/db/timestamp.ts';
import { Problem } from '#platform/errors.ts';
import { check, parseQuery } from '#platform/http/parse.ts';
import { send, sendFile, sendJson, sendText } from '../pages/send.ts';

export interface Mailbox {
  /** Answers the page, its files, and what it asks for. @param path decoded */
  serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
  end(): Promise<void>;
}

export const isMailbox = (path: string): boolean => path === '/mailbox' || path.startsWith('/mailbox/');

/** @param databaseUrl of the shop */
export function openMailbox(databaseUrl: string, root: string): Mailbox {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, allowExitOnIdle: true, types: { getTypeParser: parserOf } });
  pool.on('error', () => undefined);
  const sql: Sql = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await pool.query<Row & pg.QueryResultRow>(text, values as unknown[])).rows;

  return {
    async serve(request, response, path) {
      if (request.method !== 'GET') return sendText(response, 405, 'Method Not Allowed');
      if (path === '/mailbox') return sendFile(response, root, 'local/mailbox/page.html');
      const [, id, part] = /^\/mailbox\/mails(?:\/([0-9a-f-]{36})(\/html)?)?$/.exec(path) ?? [undefined, undefined, undefined];
      if (!/^\/mailbox\/mails(\/|$)/.test(path)) return sendText(response, 404, 'Not Found');
      try {
        if (id === undefined) return sendJson(response, await listMailbox(sql, queryOf(request)));
        const mail = await getNotification(sql, check(getNotificationRoute.params, { id }, '/path').id);
        return part ? send(response, 200, inTabs(mail.html ?? ''), { type: 'text/html', policy: 'mail' }) : sendJson(response, mail);
      } catch (error) {
        if (error instanceof Problem) return sendText(response, error.kind === 'missing' ? 404 : 400, error.message);
        throw error;
      }
    },
    end: () => pool.end(),
  };
}

const timestamptz = 1184;
const parserOf = ((oid: number, format?: 'text' | 'binary') =>
  oid === timestamptz ? timestampFromPostgres : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'];

/** @throws Problem, as the API's own list does */
function queryOf(request: IncomingMessage) {
  const { search } = new URL(request.url as string, 'http://localhost');
  return check(listMailboxRoute.query, parseQuery({ rawQueryString: search.slice(1) }), '/query');
}

/** Links of a mail open in a tab of their own: the frame that shows it may go nowhere. */
const inTabs = (html: string): string => html.replace(/<head[^>]*>/i, (head) => `${head}<base target="_blank">`);
