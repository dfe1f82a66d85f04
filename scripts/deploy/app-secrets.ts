/** The keys of a stage's one secret, `kelvo/<stage>/app`: what is generated, what is given by hand, and the public half of it. */
import { createHash, randomBytes } from 'node:crypto';
import { makeAccessTokenKeys } from '#platform/auth/access-token-keys.ts';
import { Failure, Misuse } from '../command-line.ts';

/** A JSON object of text values, as Secrets Manager keeps it. */
export type AppSecrets = Record<string, string>;

const hex = () => randomBytes(32).toString('hex');

/** Made once for each stage; nobody ever needs to see them. */
const generated: Record<string, () => string> = {
  paymentWebhookSecret: () => `whsec_${hex()}`,
  orderTokenKey: hex,
  accessTokenSigningKey: () => makeAccessTokenKeys().ACCESS_TOKEN_SIGNING_KEY,
  originSecret: hex,
};

/**
 * Secrets of other companies: a key of the secret, the shell's variable that brings it, and the parameter's value that needs it. Stripe makes a webhook's
 * secret when it is told the shop's address, so the first deploy has none yet.
 */
export const givenSecrets = [
  { key: 'stripeSecretKey', variable: 'STRIPE_SECRET_KEY', parameter: 'PaymentProvider', value: 'stripe', atOnce: true },
  { key: 'paymentWebhookSecret', variable: 'STRIPE_WEBHOOK_SECRET', parameter: 'PaymentProvider', value: 'stripe', atOnce: false },
  { key: 'smtpUrl', variable: 'SMTP_URL', parameter: 'MailTransport', value: 'smtp', atOnce: true },
] as const;

/**
 * The stage's secrets with what they lack.
 * @param parameters the app's parameters: they say which other companies are used
 * @param env the shell, for what cannot be generated; a value there replaces a stored one
 * @throws Misuse that names the variable to set
 */
export function completeSecrets(
  known: AppSecrets,
  { parameters, env }: { parameters: Record<string, string>; env: Record<string, string | undefined> },
): AppSecrets {
  const all = { ...known };
  for (const { key, variable, parameter, value, atOnce } of givenSecrets) {
    if (parameters[parameter] !== value) continue;
    const secret = env[variable] || all[key];
    if (secret !== undefined) all[key] = secret;
    else if (atOnce)
      throw new Misuse(`${parameter} is ${value}, and its secret is not there: set ${variable} for this one deploy, which keeps it.`);
  }
  for (const [key, make] of Object.entries(generated)) all[key] ??= make();
  return all;
}

/** @throws Failure without a word of the key: a parser's own message quotes it */
function keyIn(text: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    throw new Failure('A key of access tokens in the secret is no JSON Web Key any more: bring its version before (AWSPREVIOUS) back.');
  }
}

/** The key set that access tokens are checked with: the public halves of the signing key, and of those before and after it that a rotation has. */
export function publicKeysOf({ accessTokenSigningKey = '', accessTokenNextKey = '', accessTokenPreviousKey = '' }: AppSecrets): string {
  const keys = [accessTokenSigningKey, accessTokenNextKey, accessTokenPreviousKey]
    .filter((text) => text !== '')
    .map((text) => {
      const { d: _, ...half } = keyIn(text);
      return half;
    });
  return JSON.stringify({ keys });
}

/** The header value that CloudFront sends: the first, where a rotation has two. */
export const presentOriginSecret = ({ originSecret = '' }: AppSecrets): string => originSecret.split(',')[0] ?? '';

/** What the functions compare that header with: the hash of each value that is good, with commas between. */
export const originSecretHashes = ({ originSecret = '' }: AppSecrets): string =>
  originSecret
    .split(',')
    .map((value) => createHash('sha256').update(value).digest('hex'))
    .join();
