import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAccessTokenKeys } from '#platform/auth/access-token-keys.ts';

/** Secrets that are generated for each clone; in the cloud they are in Secrets Manager. */
const makers: (() => Record<string, string>)[] = [
  () => ({ ORDER_TOKEN_KEY: randomBytes(32).toString('hex') }),
  () => ({ ...makeAccessTokenKeys() }),
];

/** This clone's secrets, by the name of the variable that carries each; made at the first start, readable by the owner alone. */
export function localSecrets(folder: string): Record<string, string> {
  const file = join(folder, 'secrets.json');
  const known = read(file);
  const made = makers.map((make) => make()).filter((secrets) => Object.keys(secrets).some((name) => known[name] === undefined));
  if (made.length === 0) return known;
  const all = Object.assign({ ...known }, ...made) as Record<string, string>;
  mkdirSync(folder, { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  renameSync(partial, file);
  return all;
}

function read(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    throw new Error(`${file} is not JSON: remove it, and new secrets are made`);
  }
}
