import type { Control } from './control.pg.ts';

/** Puts right what a fault left behind. Repeated until a while after its end, and so has to find nothing where nothing is left. @returns how much it put right */
export type Heal = (control: Control, signal: AbortSignal) => Promise<number>;
