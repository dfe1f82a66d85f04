import { describe, expect, it } from 'vitest';
import { hasPostalCode, needsPostalCode, postalCodeIn } from './address-rules.ts';

describe('a postal code', () => {
  it('is needed where no address does without, and nowhere else', () => {
    for (const country of ['US', 'DE', 'JP', 'GB', 'CA', 'AU', 'IN', 'BR'])
      expect([country, needsPostalCode(country)]).toEqual([country, true]);
    for (const country of ['IE', 'HK', 'AE', 'QA', 'PA', 'KE', 'CL', 'UG'])
      expect([country, needsPostalCode(country)]).toEqual([country, false]);
    expect([hasPostalCode('IE'), hasPostalCode('HK'), hasPostalCode('AE')]).toEqual([true, false, false]);
  });

  it('is written as in its country, whatever its separator was', () => {
    for (const [country, typed, kept] of [
      ['US', '97205', '97205'],
      ['US', '97205-1234', '97205-1234'],
      ['GB', 'SW1A1AA', 'SW1A 1AA'],
      ['GB', 'SW1A-1AA', 'SW1A 1AA'],
      ['CA', 'K1A0B1', 'K1A 0B1'],
      ['JP', '1500001', '150-0001'],
      ['NL', '1012LG', '1012 LG'],
      ['IE', 'D02X285', 'D02 X285'],
      ['BR', '01310100', '01310-100'],
      ['PT', '1000 205', '1000-205'],
      ['SE', '114 55', '114 55'],
      ['DE', 'D-10115', '10115'],
      ['CH', 'CH-8001', '8001'],
      ['LV', 'LV-1010', 'LV-1010'],
      ['AD', 'AD500', 'AD500'],
      ['HK', '999077', '999077'],
    ] as const)
      expect([typed, postalCodeIn(country, typed)]).toEqual([typed, kept]);
  });

  it('of another form is none', () => {
    for (const [country, typed] of [
      ['US', '9720'],
      ['US', 'SW1A 1AA'],
      ['DE', '1011'],
      ['GB', '97205'],
      ['JP', '150-000'],
      ['CA', 'K1A 0B'],
      ['AU', '30000'],
      ['FR', '7500'],
    ] as const)
      expect([country, typed, postalCodeIn(country, typed)]).toEqual([country, typed, undefined]);
  });
});
