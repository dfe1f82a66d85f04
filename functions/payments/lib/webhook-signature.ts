import { createHmac, timingSafeEqual } from 'node:crypto';

const toleranceSeconds = 300;

/**
 * Whether a webhook is from whom it says: Stripe's scheme (docs.stripe.com/webhooks#verify-manually), `t=<unix s>,v1=<hex HMAC-SHA256 of
 * "<t>.<raw body>">`, where several v1 may stand while a secret is rolled.
 * @param secrets any of them is good: two while ours is rotated
 */
export function isSigned(header: string | undefined, rawBody: Buffer, secrets: readonly string[], now: Date): boolean {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(time) || Math.abs(now.getTime() / 1000 - Number(time)) > toleranceSeconds) return false;
  const expected = secrets.map((secret) => createHmac('sha256', secret).update(`${time}.`).update(rawBody).digest());
  return parts.some(([name, value]) => {
    const given = name === 'v1' ? Buffer.from(value ?? '', 'hex') : Buffer.alloc(0);
    return expected.some((digest) => given.length === digest.length && timingSafeEqual(given, digest));
  });
}

/** The header that `isSigned` accepts: what the provider sends, and what tests and examples need. */
export function sign(rawBody: string | Buffer, secret: string, at: Date): string {
  const time = Math.floor(at.getTime() / 1000);
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.`).update(rawBody).digest('hex')}`;
}
