/**
 * A counter that many raise at once is several rows, each called a slot, and its value is their sum: whoever counts takes one of them by chance, and
 * waits only for those who took the same. A single row would be raised by one after the other, a commit each.
 */
const slots = 16;

/** The slot that a statement raises, in all of its counters: who raises several rows of one slot does so in one order, so that no two wait for each other. */
export const anySlot = (): number => Math.floor(Math.random() * slots);
