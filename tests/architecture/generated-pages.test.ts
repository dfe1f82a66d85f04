import { expect, test } from 'vitest';
import { generatedPages } from '../../scripts/build-docs.ts';
import { read } from './support/sources.ts';

test.each(Object.entries(generatedPages))('%s is what the code says now (npm run docs writes it)', (file, make) => {
  const text = read(file);
  expect(make(text)).toBe(text);
});
