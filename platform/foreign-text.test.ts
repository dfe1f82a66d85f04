import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foreignText } from './foreign-text.ts';

it('whatever another company says can be stored, and stays what it was where it can be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom('', '\0', '\ud83d'), (text, odd) => {
      const kept = foreignText(text + odd + text);
      expect([kept.includes('\0'), kept.isWellFormed(), kept.length <= 300]).toEqual([false, true, true]);
    }),
  );
  expect(foreignText('Votre carte a été refusée 😀')).toBe('Votre carte a été refusée 😀');
  expect(foreignText(`${'x'.repeat(299)}😀`)).toBe(`${'x'.repeat(299)}\ufffd`);
});
