import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addressFiles } from '../../scripts/build-address-data.ts';

test("what is kept of the address metadata is what its package says; 'npm run addresses' writes it anew", () => {
  for (const [file, text] of Object.entries(addressFiles()))
    expect(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'), file).toBe(text);
});
