import type * as z from 'zod/mini';

/**
 * An event, declared once in its domain's `contract.ts`: `appendEvent` takes it with data that fit it, and docs/events.md is written from it.
 */
export interface EventContract {
  /** With its version: `order.paid.v1`. A field may be added to the data under the same version; any other change is a new version. */
  readonly type: `${string}.${string}.v${number}`;
  /** When the event is emitted, for docs/events.md. */
  readonly summary: string;
  readonly data: z.ZodMiniType;
}

/** Declares an event, keeping the precise types. */
export const defineEvent = <const E extends EventContract>(event: E): E => event;

/** The `data` of an event. */
export type EventData<E extends EventContract> = z.output<E['data']>;
