import { describe, expect, it } from 'vitest';
import { isTestKey } from './disturbed-provider.ts';

describe('cards are declined on purpose', () => {
  it.each(['sk_test_51Abc', 'rk_test_51Abc'])('with a key of tests (%s)', (key) => expect(isTestKey(key)).toBe(true));
  it.each(['sk_live_51Abc', 'rk_live_51Abc', 'sk_51Abc', 'live_sk_test_', '', undefined])('and never with any other (%s)', (key) =>
    expect(isTestKey(key)).toBe(false),
  );
});
