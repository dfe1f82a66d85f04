import { callAws } from './aws-call.ts';

/**
 * Reads a secret of Secrets Manager, in its newest version.
 * @param what names it in an error
 * @throws Error that says what Secrets Manager answered, and never what the secret holds
 */
export async function readSecret(arn: string, endpoint: string, what: string, limitMs: number): Promise<string> {
  const response = await callAws(
    'secretsmanager',
    {
      url: endpoint,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body: JSON.stringify({ SecretId: arn }),
    },
    limitMs,
  );
  const answer = (await response.json().catch(() => ({}))) as { SecretString?: string; __type?: string };
  if (!response.ok) throw new Error(`Secrets Manager answered ${response.status} ${answer.__type ?? ''} for ${what}`);
  return answer.SecretString ?? '';
}
