// Two steps to the clock: the rule follows imports all the way.
import { today } from './today.ts';

export const since = today();
