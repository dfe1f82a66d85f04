import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSigned, sign } from './webhook-signature.ts';

const secret = 'whsec_test_secret';
const at = new Date(1_492_774_577_000);
const body = Buffer.from('{"id":"evt_1","object":"event"}');
// By hand, as docs.stripe.com/webhooks#verify-manually describes it: HMAC-SHA256 of "<t>.<body>", in hex.
const mac = (time: number | string, key = secret, of: string | Buffer = body) =>
  createHmac('sha256', key).update(`${time}.${of}`).digest('hex');
const good = mac(1_492_774_577);
const old = '6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39';

describe('a signature', () => {
  it('is good in Stripe’s own form: a time, one or several v1, other schemes ignored', () => {
    for (const header of [
      `t=1492774577,v1=${good}`,
      `t=1492774577,v1=${good},v0=${old}`,
      `t=1492774577,v0=${old},v1=${good}`,
      `t=1492774577,v1=${old},v1=${good}`, // while a secret is rolled
      `v1=${good},t=1492774577`,
      `t=1492774577, v1=${good}`,
      `t=1492774577,v1=${good.toUpperCase()}`,
    ]) {
      expect([header, isSigned(header, body, [secret], at)]).toEqual([header, true]);
    }
  });

  it('is good by any of two secrets while ours is rotated, and by no third', () => {
    const header = `t=1492774577,v1=${good}`;
    expect(isSigned(header, body, ['whsec_new', secret], at)).toBe(true);
    expect(isSigned(header, body, [secret, 'whsec_new'], at)).toBe(true);
    expect(isSigned(header, body, ['whsec_new', 'whsec_newer'], at)).toBe(false);
  });

  it('is none when anything of it is missing, another scheme’s, or of another time, body or secret', () => {
    for (const header of [
      undefined,
      '',
      ',',
      '=',
      'v1',
      `v1=${good}`,
      't=1492774577',
      `t=1492774577,v0=${good}`,
      `t=1492774577,v1=`,
      `t=1492774577,v1=${good.slice(2)}`,
      `t=1492774577,v1=${good}00`,
      `t=1492774578,v1=${good}`,
      `t=1492774577,v1=${old}`,
      `t=1492774577,v1=${mac(1_492_774_577, 'whsec_other')}`,
      `t=1492774577,v1=${mac(1_492_774_577, secret, '{}')}`,
      `t=,v1=${mac('')}`,
      `t=NaN,v1=${mac('NaN')}`,
      `t=1e9,v1=${mac('1e9')}`,
      `t=-1492774577,v1=${mac('-1492774577')}`,
      `t=Infinity,v1=${mac('Infinity')}`,
      `t=1492774577.0,v1=${mac('1492774577.0')}`,
      `T=1492774577,V1=${good}`,
    ]) {
      expect([header, isSigned(header, body, [secret], at)]).toEqual([header, false]);
    }
  });

  it('is good for five minutes, in either direction', () => {
    const after = (seconds: number) => isSigned(`t=1492774577,v1=${good}`, body, [secret], new Date(at.getTime() + seconds * 1000));
    expect([-301, -300, -1, 0, 299, 300, 301].map(after)).toEqual([false, true, true, true, true, true, false]);
  });

  it('covers every byte of the body, and those that are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, place, flip) => {
        const sent = Buffer.from(bytes);
        const header = sign(sent, secret, at);
        expect(isSigned(header, sent, [secret], at)).toBe(true);
        const changed = Buffer.from(sent);
        changed[place % changed.length] = (changed[place % changed.length] as number) ^ flip;
        expect(isSigned(header, changed, [secret], at)).toBe(false);
      }),
    );
  });

  it('of any rubbish is just not good', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => void expect(isSigned(header, body, [secret], at)).toBe(false)));
  });
});
