/** Functions as the emulated Lambda has them. */
import type { Outcome } from '#local/replay/answer.ts';
import type { Aws } from './aws.ts';

/** What the check reads of a function's configuration. */
export interface FunctionConfiguration {
  FunctionName: string;
  FunctionArn: string;
  Runtime: string;
  Role: string;
  Handler: string;
  MemorySize: number;
  Layers?: { Arn: string }[];
  Environment?: { Variables?: Record<string, string> };
}

/** The stage's functions, by name. */
export async function functionsOf(aws: Aws, stage: string): Promise<FunctionConfiguration[]> {
  const found: FunctionConfiguration[] = [];
  let marker = '';
  do {
    const response = await aws.rest(
      'lambda',
      'GET',
      `/2015-03-31/functions/?MaxItems=50${marker && `&Marker=${encodeURIComponent(marker)}`}`,
    );
    const page = (await response.json()) as { Functions: FunctionConfiguration[]; NextMarker?: string | null };
    found.push(...page.Functions);
    marker = page.NextMarker ?? '';
  } while (marker !== '');
  return found.filter(({ FunctionName }) => FunctionName.endsWith(`-${stage}`));
}

export async function configurationOf(aws: Aws, name: string): Promise<FunctionConfiguration> {
  return (await (await aws.rest('lambda', 'GET', `/2015-03-31/functions/${name}/configuration`)).json()) as FunctionConfiguration;
}

/** Invokes a function and waits for what it returns or throws. */
export async function invoke(aws: Aws, name: string, event: unknown): Promise<Outcome> {
  const response = await aws.rest('lambda', 'POST', `/2015-03-31/functions/${name}/invocations`, event as object);
  const text = await response.text();
  const answer = text === '' ? null : JSON.parse(text);
  if (response.headers.get('x-amz-function-error') === null) return { returned: answer };
  const { errorType = 'Error', errorMessage = text } = (answer ?? {}) as { errorType?: string; errorMessage?: string };
  return { threw: errorMessage === '' ? errorType : errorMessage };
}
