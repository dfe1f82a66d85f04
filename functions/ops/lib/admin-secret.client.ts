import * as z from 'zod/mini';
import { callAws } from '#platform/aws-call.ts';
import { required } from '#platform/config.ts';

const limitMs = 5_000;
const Credentials = z.object({ username: z.string(), password: z.string() });

/**
 * Reads the database admin's name and password from the secret that RDS manages. It is read anew for each connection, because RDS rotates it.
 * @throws Error that says what Secrets Manager answered, and never what the secret holds
 */
export async function readAdminSecret(arn: string): Promise<{ user: string; password: string }> {
  const response = await callAws(
    'secretsmanager',
    {
      url: required('SECRETS_ENDPOINT'),
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body: JSON.stringify({ SecretId: arn }),
    },
    limitMs,
  );
  const answer = (await response.json().catch(() => ({}))) as { SecretString?: string; __type?: string };
  if (!response.ok) throw new Error(`Secrets Manager answered ${response.status} ${answer.__type ?? ''} for the database admin's secret`);
  const { data } = Credentials.safeParse(parsed(answer.SecretString));
  if (data === undefined) throw new Error("The database admin's secret has no username and password");
  return { user: data.username, password: data.password };
}

function parsed(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
