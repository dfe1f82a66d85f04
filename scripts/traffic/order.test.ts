import { describe, expect, test } from 'vitest';
import { misuseOf } from '../command-line.ts';
import { readOrder } from './order.ts';

const refusal = (...args: string[]): string | undefined => {
  try {
    readOrder(args);
    return undefined;
  } catch (error) {
    return misuseOf(error)?.message;
  }
};

describe('npm run traffic', () => {
  test('is two minutes of 30 requests a minute to the shop on this machine, where nothing else is said', () => {
    expect(readOrder([])).toMatchObject({ seconds: 120, requestsPerMinute: 30, where: { origin: 'http://localhost:3000' } });
  });

  test('takes minutes or seconds, a rate, a seed, and a shop', () => {
    const args = ['--minutes', '3', '--rpm', '100', '--seed', '7', '--url', 'http://127.0.0.1:3456/'];
    expect(readOrder(args)).toEqual({ seconds: 180, requestsPerMinute: 100, seed: 7, where: { origin: 'http://127.0.0.1:3456' } });
    expect(readOrder(['--seed', '0', '--seconds', '5', '--stage', 'dev'])).toMatchObject({ seconds: 5, seed: 0, where: { stage: 'dev' } });
  });

  test('names a flag that there is not, and a value that is none', () => {
    expect(refusal('--speed', '2')).toBe("Unknown option '--speed'.");
    expect(refusal('now')).toContain("'now'");
    expect(refusal('--rpm')).toContain("'--rpm");
    for (const value of ['0', '-1', '1.5', 'many', '6001', ''])
      expect(refusal(`--rpm=${value}`)).toMatch(/^--rpm is a whole number from 1 to 6000/);
    expect(refusal('--minutes', '61')).toBe('--minutes is a whole number from 1 to 60, not "61".');
    expect(refusal('--seconds', '1', '--minutes', '1')).toMatch(/give one of them/);
    expect(refusal('--url', 'http://localhost', '--stage', 'dev')).toMatch(/give one of them/);
  });

  test('sends nobody to a shop that is not on this machine, nor to prod', () => {
    const elsewhere = [
      'https://shop.example',
      'http://localhost.shop.example',
      'http://127.0.0.1.shop.example',
      'http://me@localhost',
      'ftp://localhost',
    ];
    for (const url of [...elsewhere, 'http://localhost/shop', 'localhost:3000', ''])
      expect(refusal('--url', url), url).toMatch(/^--url is the address/);
    expect(refusal('--stage', 'prod')).toMatch(/people in prod/);
    expect(refusal('--stage', 'test')).toMatch(/^--stage is dev/);
  });
});
