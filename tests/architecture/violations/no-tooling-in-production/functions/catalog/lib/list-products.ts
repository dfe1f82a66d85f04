// By its name in package.json, as the real code imports: this tree has a package.json of its own.
import { seeded } from '#db/seed.ts';

export const list = seeded;
