import type { Tags } from '../datadog.ts';
import type { TraceIds } from '../trace-ids.ts';
import type { Attributes, Kind } from './encode.ts';

export interface SpanStart {
  name: string;
  kind: Kind;
  attributes?: Attributes;
}

/** Where a connection leads; a client of pg's is one. */
export interface Server {
  readonly host: string;
  readonly port: number;
  readonly database?: string | undefined;
}

/** A span under way. */
export interface OpenSpan extends TraceIds {
  /** Opens a span below this one, or in the trace of a message's sender; null: the message says none, so it begins a trace. */
  open(start: SpanStart, sender?: TraceIds | null): OpenSpan;
  /** Opens one as `span` of trace.ts describes it. */
  openTagged(name: string, tags: Tags, sender?: TraceIds | null): OpenSpan;
  /** Opens that of waiting for a connection. */
  openWait(server: Server): OpenSpan;
  /** Opens the span of a statement. */
  openStatement(text: string, server: Server): OpenSpan;
  set(attributes: Attributes): void;
  link(to: TraceIds): void;
  /** The span failed. @param type of the failure, where it is not the error's own */
  fail(error: unknown, type?: string): void;
  /** The span failed without an error. */
  failAs(type: string): void;
  /** @param leastMs a shorter one is dropped, unless it failed */
  end(leastMs?: number): void;
}
