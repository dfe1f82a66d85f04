import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Money } from '#platform/money.ts';
import { loadStripe, type StripeElements } from './stripe-js.ts';

/** Shows Stripe's Payment Element in a place of the page. `ready` once a card can be typed, `broken` when it could not be loaded. */
export function usePaymentElement(publishableKey: string, { amount, currency }: Money) {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const [elements, setElements] = useState<StripeElements | undefined>();
  const [state, setState] = useState<'loading' | 'ready' | 'broken'>('loading');
  const {
    data: stripe,
    isError,
    isFetching,
    refetch,
  } = useQuery({
    queryKey: ['stripe', publishableKey],
    queryFn: () => loadStripe(publishableKey),
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  useEffect(() => {
    if (!stripe || !place) return;
    const made = stripe.elements({
      mode: 'payment',
      amount,
      currency: currency.toLowerCase(),
      paymentMethodCreation: 'manual',
      // Cards and the wallets that carry them: our intents refuse methods that lead away from this page.
      paymentMethodTypes: ['card'],
      appearance: { theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'stripe' },
    });
    const element = made.create('payment');
    element.on('ready', () => setState('ready'));
    element.on('loaderror', () => setState('broken'));
    element.mount(place);
    setElements(made);
    return () => {
      element.destroy();
      setElements(undefined);
      setState('loading');
    };
  }, [stripe, place, amount, currency]);
  const broken = isError || state === 'broken';
  return { stripe, elements, setPlace, ready: state === 'ready', broken, isFetching, retry: refetch };
}
