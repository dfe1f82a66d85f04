import type { Store } from './store.pg.ts';

/** What all readers share. */
export interface Surroundings {
  store: Store;
  now(): Date;
  /** Nothing new is begun any more. */
  stopping(): boolean;
  invoke(functionId: string, event: unknown): Promise<unknown>;
  /** After this time at most, what failed is tried again. */
  retryMs: number;
  /** Something was handled or moved; a queue that got messages is named. */
  changed(queue?: string): void;
  functionFailed(functionId: string, error: unknown): void;
  storeFailed(error: unknown): void;
  storeAnswered(): void;
  /** Repeats work on the store until it is done: what a function did must be noted, however long the store is away. Gives up when the pumps stop. */
  insist(work: () => Promise<void>): Promise<void>;
}
