import { createLocalJWKSet, importJWK, type JSONWebKeySet, type JWK, jwtVerify, SignJWT } from 'jose';
import { config, required } from '../config.ts';
import type { Shopper } from './shopper.ts';

/** How long an access token lasts: it cannot be called back, so it is short. */
export const accessTokenSeconds = 900;

// Pinned, never taken from the token: what a token says of itself proves nothing (RFC 8725).
const algorithm = 'ES256';
const type = 'at+jwt';
const issuer = () => `kelvo-${config.STAGE}`;
const audience = 'kelvo-api';

let keys: ReturnType<typeof createLocalJWKSet> | undefined;

/**
 * Reads an access token.
 * @returns undefined for every token that is not ours, not valid or not valid any more
 */
export async function readAccessToken(token: string, now: Date): Promise<Shopper | undefined> {
  keys ??= createLocalJWKSet(JSON.parse(config.ACCESS_TOKEN_PUBLIC_KEYS) as JSONWebKeySet);
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: [algorithm],
      issuer: issuer(),
      audience,
      typ: type,
      currentDate: now,
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    const { sub, role } = payload;
    // Without a kid, jose would try the one key there is: ours always name theirs.
    if (protectedHeader.kid === undefined || typeof sub !== 'string' || (role !== 'shopper' && role !== 'admin')) return undefined;
    return { id: sub, role };
  } catch {
    return undefined;
  }
}

/** Makes an access token for 15 minutes. Only functions that sign people in have the key. */
export async function signAccessToken({ id, role }: Shopper, now: Date): Promise<string> {
  const jwk = JSON.parse(required('ACCESS_TOKEN_SIGNING_KEY')) as JWK & { kid: string };
  const at = Math.floor(now.getTime() / 1000);
  return new SignJWT({ role })
    .setProtectedHeader({ alg: algorithm, typ: type, kid: jwk.kid })
    .setSubject(id)
    .setIssuer(issuer())
    .setAudience(audience)
    .setIssuedAt(at)
    .setExpirationTime(at + accessTokenSeconds)
    .sign(await importJWK(jwk, algorithm));
}
