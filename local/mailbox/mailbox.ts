/**
 * The mailbox of this machine: what the shop wrote to people, at /mailbox, read from the shop's own database. It shows links that open orders and
 * no login, so only this machine may see it (local-endpoints.ts), and nothing of it is deployed.
 */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import pg from 'pg';
import { getNotificationRoute, listMailboxRoute, type Notification } from '#functions/notifications/lib/contract.ts';
import { getNotification, listMailbox } from '#functions/notifications/lib/read-mailbox.ts';
import type { Sql } from '#platform/db/sql.ts';
import { timestampFromPostgres } from '#platform/db/timestamp.ts';
import { Problem } from '#platform/errors.ts';
import { check, parseQuery } from '#platform/http/parse.ts';

export interface Mailbox {
  /** Answers the page, its files, and what it asks for. @param path decoded */
  serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
  end(): Promise<void>;
}

type Content = [type: string, file: string];
const files: Record<string, Content> = {
  '/mailbox': ['text/html', 'local/mailbox/page.html'],
  '/mailbox/page.js': ['text/javascript', 'local/mailbox/page.js'],
  '/mailbox/page.css': ['text/css', 'local/mailbox/page.css'],
  '/mailbox/tokens.css': ['text/css', 'web/app/tokens.css'],
};

export const isMailbox = (path: string): boolean => path === '/mailbox' || path.startsWith('/mailbox/');

/** The page runs its own script and shows mails in frames; nothing else. Its icon is an empty `data:` URL, so that none is asked for. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; img-src data:; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/** A mail runs no script and is of no origin, whatever is written in it; its links open in tabs of their own. */
const mailPolicy =
  "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'";

/** @param databaseUrl of the shop */
export function openMailbox(databaseUrl: string, root: string): Mailbox {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, allowExitOnIdle: true, types: { getTypeParser: parserOf } });
  pool.on('error', () => undefined);
  const sql: Sql = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await pool.query<Row & pg.QueryResultRow>(text, values as unknown[])).rows;

  return {
    async serve(request, response, path) {
      if (request.method !== 'GET') return send(response, 405, 'text/plain', 'Method Not Allowed');
      const file = files[path];
      if (file) return send(response, 200, file[0], await readFile(join(root, file[1])), pagePolicy);
      const [, id, part] = /^\/mailbox\/mails(?:\/([0-9a-f-]{36})(\/html)?)?$/.exec(path) ?? [undefined, undefined, undefined];
      if (!/^\/mailbox\/mails(\/|$)/.test(path)) return send(response, 404, 'text/plain', 'Not Found');
      try {
        if (id === undefined) return sendJson(response, await listMailbox(sql, queryOf(request)));
        const mail = await getNotification(sql, check(getNotificationRoute.params, { id }, '/path').id);
        return part ? send(response, 200, 'text/html', inTabs(mail.html ?? ''), mailPolicy) : sendJson(response, mail);
      } catch (error) {
        if (error instanceof Problem) return send(response, error.kind === 'missing' ? 404 : 400, 'text/plain', error.message);
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

const sendJson = (response: ServerResponse, value: Notification | object): void =>
  send(response, 200, 'application/json', JSON.stringify(value), "default-src 'none'");

function send(response: ServerResponse, status: number, type: string, body: string | Buffer, policy = "default-src 'none'"): void {
  response.writeHead(status, {
    'content-type': `${type};charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
