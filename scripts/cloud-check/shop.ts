/** The deployed shop from outside: by its distribution's address, as a browser reaches it, and past it. */
import { type Context, outputsOf, type StageName } from './context.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

/** The shop's address: its distribution's. */
export const addressOf = async ({ aws }: Context, stage: StageName) => (await outputsOf(aws, `kelvo-${stage}-edge`)).Url ?? '';

/** A request by the host's name: this process is on the emulated network. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(60_000), ...init });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

export async function health(context: Context, stage: StageName): Promise<{ status: string; version: string }> {
  const { status, body } = await ask(`${await addressOf(context, stage)}/api/health`);
  if (status !== 200) throw new Error(`/api/health of ${stage} answers ${status}: ${body.slice(0, 300)}`);
  return JSON.parse(body);
}
