import { describe, expect, test } from 'vitest';
import { countries } from '../../../web/lib/countries.ts';
import { addressLines } from './address-lines.ts';

const ada = { name: 'Ada Byron', line1: '1 Main Street' };

describe('an address', () => {
  test('has its lines as its country writes them', () => {
    for (const [address, lines] of [
      [{ city: 'Portland', region: 'OR', postalCode: '97205', country: 'US' }, ['Portland, OR 97205', 'United States']],
      [{ city: 'Berlin', postalCode: '10115', country: 'DE' }, ['10115 Berlin', 'Germany']],
      [{ city: 'London', postalCode: 'SW1A 1AA', country: 'GB' }, ['London', 'SW1A 1AA', 'United Kingdom']],
      [{ city: 'Ottawa', region: 'ON', postalCode: 'K1A 0B1', country: 'CA' }, ['Ottawa ON K1A 0B1', 'Canada']],
      [{ city: 'São Paulo', region: 'SP', postalCode: '01310-100', country: 'BR' }, ['São Paulo-SP', '01310-100', 'Brazil']],
      [{ city: 'Chiyoda-ku', region: 'Tokyo', postalCode: '100-0005', country: 'JP' }, ['Chiyoda-ku, Tokyo', '100-0005', 'Japan']],
      [{ city: 'Central', region: 'Hong Kong Island', country: 'HK' }, ['Central', 'Hong Kong Island', 'Hong Kong']],
      [{ city: 'Dublin 2', region: 'Co. Dublin', country: 'IE' }, ['Dublin 2', 'Co. Dublin', 'Ireland']],
      [{ city: 'Singapore', postalCode: '238801', country: 'SG' }, ['SINGAPORE 238801', 'Singapore']],
      [{ city: 'Helsinki', postalCode: '00100', country: 'FI' }, ['FI-00100 Helsinki', 'Finland']],
      [{ city: 'Luanda', country: 'AO' }, ['Luanda', 'Angola']],
    ] as const) {
      const [name, street, ...rest] = addressLines({ ...ada, ...address });
      expect([name, street, ...rest].map((line) => line?.replace(' SAR China', ''))).toEqual(['Ada Byron', '1 Main Street', ...lines]);
    }
  });

  test('of an old order is shown whole, whatever it has or lacks', () => {
    expect(addressLines({ ...ada, line2: 'Flat 2', city: 'Portland', postalCode: '97205', country: 'US' })).toEqual([
      'Ada Byron',
      '1 Main Street',
      'Flat 2',
      'Portland 97205',
      'United States',
    ]);
    expect(addressLines({ ...ada, city: 'Portland', region: 'OR', country: 'US' })).toContain('Portland, OR');
    expect(addressLines({ ...ada, city: 'Berlin', region: 'Berlin-Mitte', country: 'DE' }).slice(2)).toEqual([
      'Berlin',
      'Berlin-Mitte',
      'Germany',
    ]);
    expect(addressLines({ ...ada, city: 'Dubai', region: 'Dubai', postalCode: '00000', country: 'AE' }).slice(2, 4)).toEqual([
      'Dubai 00000',
      'Dubai',
    ]);
    for (const { code } of countries) {
      const all = addressLines({ ...ada, line2: 'Flat 2', city: 'Somewhere', region: 'Region', postalCode: '12345', country: code });
      for (const part of ['Ada Byron', '1 Main Street', 'Flat 2', 'Somewhere', 'Region', '12345'])
        expect([code, all.filter((line) => line.includes(part)).length]).toEqual([code, 1]);
      expect(all.filter((line) => /%|^[\s,-]|[\s,-]$/.test(line))).toEqual([]);
    }
  });
});
