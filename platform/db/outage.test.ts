import { expect, test } from 'vitest';
import { isOutage } from './outage.ts';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

test('a database that is gone, full, busy or too slow is an outage', () => {
  for (const code of [
    '08006',
    '08P01',
    '53300',
    '53200',
    '57P01',
    '57P02',
    '57P03',
    '57014',
    '58030',
    '25006',
    '25P03',
    '40001',
    '40P01',
    '28000',
    '3D000',
    'XX000',
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EPIPE',
  ]) {
    expect([code, isOutage(withCode(code))]).toEqual([code, true]);
  }
  for (const message of [
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
  ]) {
    expect([message, isOutage(new Error(message))]).toEqual([message, true]);
  }
  expect(isOutage(new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]))).toBe(true);
});

test('a statement that is wrong, or breaks a rule, is a bug of ours', () => {
  for (const code of [
    '22001',
    '22003',
    '22007',
    '22021',
    '22P02',
    '23502',
    '23503',
    '23505',
    '23514',
    '25P02',
    '42601',
    '42703',
    '42P01',
    '42501',
    '0A000',
    '3D001',
    'P0001',
    'ERR_INVALID_ARG_TYPE',
  ]) {
    expect([code, isOutage(withCode(code))]).toEqual([code, false]);
  }
  for (const error of [
    new Error('x'),
    new TypeError('Cannot read properties of undefined'),
    undefined,
    null,
    'ECONNREFUSED',
    { code: '08006' },
  ]) {
    expect(isOutage(error)).toBe(false);
  }
});
