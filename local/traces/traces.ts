/**
 * What the gateway knows of traces: takes spans by OTLP, keeps the last of them with the functions' log lines, shows both, and passes the batches
 * on. Everything is in memory and bounded.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendFile, sendJson, sendText } from '../pages/send.ts';
import { readFilter, WrongFilter } from './filter.ts';
import { createLogLines } from './log-lines.ts';
import { createPassOn } from './pass-on.ts';
import { listTraces, readTrace } from './read.ts';
import { receiveTraces } from './receive.ts';
import { createTraceStore } from './store.ts';
import { tapLines } from './tap.ts';

export interface TracesOptions {
  /** The repository: the pages' files are there. */
  root: string;
  /** Where batches are passed on to. */
  passTo?: { endpoint: string; headers?: Record<string, string> } | undefined;
  say?: ((line: string) => void) | undefined;
}

export interface Traces {
  /** Answers POST /_local/otlp/v1/traces. */
  receive(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Answers what is below /_local/traces. @param path decoded */
  serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
  /** How many traces are kept, and what became of batches that were passed on. */
  counts(): { traces: number; passedOn: Record<string, number> };
  end(graceMs: number): Promise<void>;
}

export const isTraces = (path: string): boolean => /^\/_local\/traces(\.json|\/|$)/.test(path);

export function openTraces({ root, passTo, say }: TracesOptions): Traces {
  const store = createTraceStore();
  const lines = createLogLines();
  const passOn = passTo && createPassOn({ ...passTo, ...(say && { say }) });
  /** States are counted from the start, and a page may outlive this process. */
  const start = Date.now().toString(36);
  const untap = [process.stdout, process.stderr].map((stream) => tapLines(stream, lines.note));

  return {
    receive: (request, response) =>
      receiveTraces(request, response, (read, batch) => {
        passOn?.take(batch);
        return { left: store.add(read.spans), why: 'the trace is full: it has too many spans' };
      }),
    async serve(request, response, path) {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return sendText(response, 405, 'Method Not Allowed', { allow: 'GET, HEAD' });
      const asked = /^\/_local\/traces(?:\/([0-9a-f]{32}))?(\.json)?$/i.exec(path);
      if (!asked) return sendText(response, 404, 'Not Found');
      const traceId = asked[1]?.toLowerCase();
      if (asked[2] === undefined && !wantsJson(request))
        return sendFile(response, root, traceId === undefined ? 'local/traces/list.html' : 'local/traces/trace.html');
      const { searchParams } = new URL(request.url as string, 'http://localhost');
      try {
        const found = traceId === undefined ? listTraces(store, readFilter(searchParams, new Date())) : readTrace(store, lines, traceId);
        if (found === undefined)
          return sendJson(response, { message: 'This trace is not here: it is not known yet, or not any more.' }, 404);
        const { state, ...body } = found;
        const etag = `"${start} ${state}"`;
        if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
        return sendJson(response, body, 200, { etag });
      } catch (error) {
        if (error instanceof WrongFilter) return sendJson(response, { message: error.message }, 400);
        throw error;
      }
    },
    counts() {
      const { waiting: _, ...passedOn } = passOn?.counts() ?? { waiting: 0 };
      return { traces: store.held().traces, passedOn };
    },
    async end(graceMs) {
      for (const each of untap.reverse()) each();
      await passOn?.end(graceMs);
    },
  };
}

const wantsJson = ({ headers }: IncomingMessage): boolean =>
  /application\/json/.test(headers.accept ?? '') && !/text\/html/.test(headers.accept ?? '');
