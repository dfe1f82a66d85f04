import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** The two variables that signing and reading access tokens need. */
export interface AccessTokenKeys {
  ACCESS_TOKEN_PUBLIC_KEYS: string;
  ACCESS_TOKEN_SIGNING_KEY: string;
}

/**
 * Makes a new signing key. Keys that stay valid go on being accepted: to rotate, add the new public key first, sign with it once every function
 * has it, and leave the old one out when its last token has ended (15 minutes).
 * @param still the public keys (a JSON Web Key Set) that are to stay valid
 */
export function makeAccessTokenKeys(still = '{"keys":[]}'): AccessTokenKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const about = { kid: randomBytes(8).toString('hex'), alg: 'ES256', use: 'sig' };
  const { keys } = JSON.parse(still) as { keys: object[] };
  return {
    ACCESS_TOKEN_PUBLIC_KEYS: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), ...about }, ...keys] }),
    ACCESS_TOKEN_SIGNING_KEY: JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...about }),
  };
}
