import * as crypto from 'node:crypto';
import { promisify } from 'node:util';
import { perProcess } from '../per-process.ts';

// OWASP's least for Argon2id, and for scrypt where this Node's OpenSSL has no Argon2 (Password Storage Cheat Sheet, 2025).
const argon = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const scryptCost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

const scrypt = promisify<crypto.BinaryLike, crypto.BinaryLike, number, crypto.ScryptOptions, Buffer>(crypto.scrypt);
const b64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** Whether Argon2 works here. Asked anew while it does not: it may have been short of memory for a moment. */
const hasArgon = () =>
  perProcess('argon2-probe', () => argon2id('probe', Buffer.alloc(16), { ...argon, memory: 64 })).then(
    () => true,
    () => false,
  );

function argon2id(password: string, nonce: Buffer, cost: typeof argon): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (typeof crypto.argon2 !== 'function') return reject(new Error('This Node has no argon2'));
    crypto.argon2('argon2id', { message: Buffer.from(password), nonce, ...cost }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** Hashes a password into a PHC string: Argon2id, or scrypt where that is missing. About 30 ms. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(16);
  if (await hasArgon()) {
    const key = await argon2id(normal(password), salt, argon);
    return `$argon2id$v=19$m=${argon.memory},t=${argon.passes},p=${argon.parallelism}$${b64(salt)}$${b64(key)}`;
  }
  const key = await scrypt(normal(password), salt, 32, scryptCost);
  return `$scrypt$ln=17,r=${scryptCost.r},p=${scryptCost.p}$${b64(salt)}$${b64(key)}`;
}

/** Whether a password is the one behind a PHC string, and whether it should be hashed anew (older costs, or scrypt where Argon2 works now). */
export async function checkPassword(password: string, phc: string): Promise<{ right: boolean; outdated: boolean }> {
  const argonParts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(phc);
  if (argonParts) {
    const [memory, passes, parallelism] = argonParts.slice(1, 4).map(Number) as [number, number, number];
    const expected = Buffer.from(argonParts[5] as string, 'base64');
    const salt = Buffer.from(argonParts[4] as string, 'base64');
    const key = await argon2id(normal(password), salt, { memory, passes, parallelism, tagLength: expected.length });
    const outdated = memory !== argon.memory || passes !== argon.passes || parallelism !== argon.parallelism;
    return { right: crypto.timingSafeEqual(key, expected), outdated };
  }
  const scryptParts = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(phc);
  if (!scryptParts) throw new Error('A stored password hash has an unknown form');
  const [ln, r, p] = scryptParts.slice(1, 4).map(Number) as [number, number, number];
  const expected = Buffer.from(scryptParts[5] as string, 'base64');
  const salt = Buffer.from(scryptParts[4] as string, 'base64');
  const key = await scrypt(normal(password), salt, expected.length, { N: 2 ** ln, r, p, maxmem: scryptCost.maxmem });
  return { right: crypto.timingSafeEqual(key, expected), outdated: await hasArgon() };
}

/** The same password typed on another keyboard may be composed otherwise (NIST SP 800-63B, 5.1.1.2). */
const normal = (password: string) => password.normalize('NFKC');
