import { now } from '../../../platform/clock.ts';

export const today = () => now().toISOString().slice(0, 10);
