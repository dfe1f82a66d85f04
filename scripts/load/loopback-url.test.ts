import { expect, it } from 'vitest';
import { Misuse } from '../command-line.ts';
import { loopbackUrl } from './loopback-url.ts';

it('A shop of this machine is taken by its origin', () => {
  expect(loopbackUrl('http://localhost:3000/')).toBe('http://localhost:3000');
  expect(loopbackUrl('http://127.0.0.1:4001')).toBe('http://127.0.0.1:4001');
  expect(loopbackUrl('http://[::1]:4001')).toBe('http://[::1]:4001');
  // 127.1 is 127.0.0.1 to every client; URL writes it out.
  expect(loopbackUrl('http://127.1:4001')).toBe('http://127.0.0.1:4001');
});

it.each([
  'https://shop.example.com',
  'http://10.0.0.1:3000',
  'http://192.168.1.10',
  'http://localhost.example.com',
  'http://127.0.0.1.example.com',
  'http://user@127.0.0.1:3000',
  'http://127.0.0.1:3000/api',
  'file:///tmp',
  'localhost',
  '',
])('No load goes to %j', (url) => {
  expect(() => loopbackUrl(url)).toThrow(Misuse);
});
