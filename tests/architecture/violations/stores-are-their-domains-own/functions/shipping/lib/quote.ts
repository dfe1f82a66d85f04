import { linesOf } from '../../cart/lib/lines.pg.ts';

export const quoted = linesOf; // shared with shipping: allowed
