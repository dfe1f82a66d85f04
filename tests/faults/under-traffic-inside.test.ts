/** Faults of what the shop itself runs on, its stores and functions, while shoppers shop. What may be seen of each: tests/support/faults-under-traffic.ts. */
import { faultsInside } from '#tests/support/faults-under-traffic.ts';
import { promisesKeptDuring } from '#tests/support/under-traffic-suite.ts';

promisesKeptDuring(faultsInside);
