/**
 * An address where nobody listens. Port 2 of the own machine is nobody's, and `fetch` dials it (it refuses others, such as 1, by itself:
 * https://fetch.spec.whatwg.org/#port-blocking). So a connection to it is really made, and really refused: nothing was sent, nothing can have been done.
 */
export const nowhere = 'http://127.0.0.1:2';

/** What the refusal of such a connection has in its message, and no other error: by it is known what failed on purpose. */
export const refusedByNobody = 'connect ECONNREFUSED 127.0.0.1:2';

/** Dials the address where nobody listens. @returns what came of it: an error with `refusedByNobody` in its message */
export async function refusedConnection(): Promise<unknown> {
  try {
    await fetch(nowhere);
    return new Error(`Somebody listens at ${nowhere}`);
  } catch (error) {
    return error instanceof Error ? (error.cause ?? error) : error; // fetch itself says no more than "fetch failed"
  }
}
