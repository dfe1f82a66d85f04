import { Failure } from '../command-line.ts';

/** @throws Failure where no shop answers, or one that is paid by Stripe: made-up orders are nothing to send there, test mode or not */
export async function checkShop(origin: string, signal: AbortSignal): Promise<void> {
  const asked = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  const answer = await fetch(`${origin}/api/payment/config`, { redirect: 'error', signal: asked })
    .then((response) => response.json() as Promise<{ provider?: unknown }>)
    .catch(() => undefined);
  signal.throwIfAborted();
  if (answer?.provider === undefined) throw new Failure(`No shop answers at ${origin}. Locally, npm start starts one.`);
  if (answer.provider !== 'mock') throw new Failure(`The shop at ${origin} is paid by ${answer.provider}: it gets no made-up orders.`);
}
