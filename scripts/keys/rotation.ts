/**
 * The rules by which a stage's keys are rotated. Functions are updated one by one, so a key is first known to all of them and used by none (prepare),
 * then used (switch), and what it replaced goes on being good until it is retired. Each step is a new version of the stage's secret, and a deploy.
 */
import { randomBytes } from 'node:crypto';
import { makeAccessTokenKeys } from '#platform/auth/access-token-keys.ts';

/** The stage's secret, a JSON object of text values. */
type Secrets = Readonly<Record<string, string>>;

/** `ready`: nothing is under way. `prepared`: functions know a new key, and use it after the next step. */
export type Phase = 'ready' | 'prepared';

/** Keys with commas between: the first makes, all of them are good for checking. */
const lists: Record<string, () => string> = {
  originSecret: () => randomBytes(32).toString('hex'),
  orderTokenKey: () => randomBytes(32).toString('hex'),
  paymentWebhookSecret: () => `whsec_${randomBytes(32).toString('hex')}`,
};

/** Lists that somebody else makes: Stripe rolls the secret of its webhooks itself, and gives the new one to the next deploy. */
export interface Rotated {
  /** Whether Stripe sends the webhooks. */
  stripe: boolean;
}

const keysOf = (secrets: Secrets, name: string): string[] => (secrets[name] ?? '').split(',').filter(Boolean);
const names = ({ stripe }: Rotated) => Object.keys(lists).filter((name) => !(stripe && name === 'paymentWebhookSecret'));
const without = (secrets: Secrets, gone: string): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).filter(([name]) => name !== gone));

export const phaseOf = (secrets: Secrets): Phase => (secrets.accessTokenNextKey ? 'prepared' : 'ready');

/**
 * Adds a new key of each kind behind the one in use, and drops those that were replaced the last time. Doing it again changes nothing.
 * @throws Error when the secret lacks a key: the stage was never deployed
 */
export function prepareKeys(secrets: Secrets, rotated: Rotated): Secrets {
  if (phaseOf(secrets) === 'prepared') return secrets;
  if (!secrets.accessTokenSigningKey) throw new Error('The secret has no accessTokenSigningKey: deploy the stage first');
  const next = Object.fromEntries(
    names(rotated).map((name) => {
      const [present] = keysOf(secrets, name);
      if (present === undefined) throw new Error(`The secret has no ${name}: deploy the stage first`);
      return [name, `${present},${lists[name]?.()}`];
    }),
  );
  return { ...without(secrets, 'accessTokenPreviousKey'), ...next, accessTokenNextKey: makeAccessTokenKeys().ACCESS_TOKEN_SIGNING_KEY };
}

/** Uses the keys that were prepared; those before stay good. Doing it again changes nothing. */
export function switchKeys(secrets: Secrets, rotated: Rotated): Secrets {
  const { accessTokenNextKey, accessTokenSigningKey = '' } = secrets;
  if (!accessTokenNextKey) return secrets;
  const turned = names(rotated).map((name) => [name, keysOf(secrets, name).toReversed().join()]);
  return {
    ...without(secrets, 'accessTokenNextKey'),
    ...Object.fromEntries(turned),
    accessTokenSigningKey: accessTokenNextKey,
    accessTokenPreviousKey: accessTokenSigningKey,
  };
}

/**
 * Leaves out the keys that were replaced: what they made is good no more. For a key that somebody else may know; otherwise the next rotation does it.
 * @throws Error while a rotation is under way
 */
export function retireKeys(secrets: Secrets, rotated: Rotated): Secrets {
  if (phaseOf(secrets) === 'prepared') throw new Error('A rotation is under way: switch to the new keys first');
  const present = names(rotated).map((name) => [name, keysOf(secrets, name)[0] ?? '']);
  return { ...without(secrets, 'accessTokenPreviousKey'), ...Object.fromEntries(present) };
}
