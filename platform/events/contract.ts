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

/**
 * An event that AWS itself puts on the bus, such as a bounce of SES: its type is EventBridge's `detail-type`. It has no version, carries no trace,
 * and its id is EventBridge's.
 */
export interface ForeignEventContract {
  /** As EventBridge names who sends it: `aws.ses`. */
  readonly source: `aws.${string}`;
  readonly type: string;
  readonly data: z.ZodMiniType;
}

/** Declares an event of AWS, keeping the precise types. */
export const defineForeignEvent = <const E extends ForeignEventContract>(event: E): E => event;

export type Receivable = EventContract | ForeignEventContract;
