import { callSpan } from '#platform/telemetry/otlp.ts';
import type { Outcome, PaymentProvider, ProviderName } from './payment-provider.ts';

/** A provider whose calls are spans with how they ended. What the call says is nobody's business. */
export function tracedProvider(name: ProviderName, provider: PaymentProvider): PaymentProvider {
  const call = <T>(operation: keyof PaymentProvider, work: () => Promise<Outcome<T>>) =>
    callSpan(
      () => ({ name: `${name} ${operation}`, kind: 'client', attributes: { 'kelvo.payment.provider': name } }),
      work,
      (outcome) => (outcome.outcome === 'done' ? undefined : outcome.outcome === 'away' ? 'away' : outcome.code),
    );
  return {
    createIntent: (...request) => call('createIntent', () => provider.createIntent(...request)),
    confirmIntent: (...request) => call('confirmIntent', () => provider.confirmIntent(...request)),
    readIntent: (...request) => call('readIntent', () => provider.readIntent(...request)),
    cancelIntent: (...request) => call('cancelIntent', () => provider.cancelIntent(...request)),
    refund: (...request) => call('refund', () => provider.refund(...request)),
    readRefunds: (...request) => call('readRefunds', () => provider.readRefunds(...request)),
  };
}
