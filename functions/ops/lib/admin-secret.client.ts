import * as z from 'zod/mini';
import { readSecret } from '#platform/aws-secret.ts';
import { config } from '#platform/config.ts';

const limitMs = 5_000;
const Credentials = z.object({ username: z.string(), password: z.string() });

/**
 * Reads the database admin's name and password from the secret that RDS manages. It is read anew for each connection, because RDS rotates it.
 * @throws Error that says what Secrets Manager answered, and never what the secret holds
 */
export async function readAdminSecret(arn: string): Promise<{ user: string; password: string }> {
  const text = await readSecret(arn, config.SECRETS_ENDPOINT, "the database admin's secret", limitMs);
  const { data } = Credentials.safeParse(parsed(text));
  if (data === undefined) throw new Error("The database admin's secret has no username and password");
  return { user: data.username, password: data.password };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
