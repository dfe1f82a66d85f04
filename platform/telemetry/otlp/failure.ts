import type { Attributes } from './encode.ts';

/** A stack says enough in its first lines, and a trace is kept by somebody who bills its bytes. */
const stackLimit = 4_000;

export interface Failure {
  /** Of few different values: a code where the error has one (SQLSTATE, Node's, a problem's), else its class. */
  type: string;
  message: string;
  /** Of the event `exception`. */
  exception: Attributes;
}

/** PostgreSQL's class of errors about data: their messages quote the value. */
const aboutData = /^22[0-9A-Z]{3}$/;
const withoutValues = (text: string) => text.replace(/"[^"]*"/g, '"…"');

/** What a span tells of an error. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { type: '_OTHER', message: String(error), exception: { 'exception.message': String(error) } };
  const { code, name, message, stack } = error as Error & { code?: unknown };
  const type = typeof code === 'string' && code !== '' ? code : name;
  const [said, lines] = aboutData.test(type) ? [withoutValues(message), withoutValues(stack ?? '')] : [message, stack ?? ''];
  return {
    type,
    message: said,
    exception: { 'exception.type': name, 'exception.message': said, 'exception.stacktrace': lines.slice(0, stackLimit) || undefined },
  };
}
