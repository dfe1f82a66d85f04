/**
 * Stripe.js, which must come from Stripe's own server (https://docs.stripe.com/js). It is asked for only where a shop is paid by Stripe;
 * there the content security policy of the pages has to allow
 * script-src https://js.stripe.com https://*.js.stripe.com; frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com;
 * connect-src https://api.stripe.com (https://docs.stripe.com/security/guide#content-security-policy).
 */
const address = 'https://js.stripe.com/v3/';

interface StripeError {
  message?: string;
}

/** As much of Stripe.js as is used here. */
export interface Stripe {
  elements(options: {
    mode: 'payment';
    amount: number;
    currency: string;
    paymentMethodCreation: 'manual';
    paymentMethodTypes: readonly string[];
    appearance: object;
  }): StripeElements;
  createPaymentMethod(options: { elements: StripeElements }): Promise<{ paymentMethod?: { id: string }; error?: StripeError }>;
  handleNextAction(options: {
    clientSecret: string;
  }): Promise<{ paymentIntent?: { payment_method: string | { id: string } | null }; error?: StripeError }>;
}

export interface StripeElements {
  create(type: 'payment'): StripeElement;
  submit(): Promise<{ error?: StripeError }>;
}

interface StripeElement {
  mount(place: HTMLElement): void;
  destroy(): void;
  on(event: 'ready' | 'loaderror', listener: () => void): void;
}

declare global {
  interface Window {
    Stripe?: (publishableKey: string) => Stripe;
  }
}

/** What the shopper can put right, in Stripe's own words. */
export class StripeRefusal extends Error {
  constructor({ message }: StripeError) {
    super(message ?? 'Your payment details were not accepted.');
    this.name = 'StripeRefusal';
  }
}

let loading: Promise<void> | undefined;

/** Loads Stripe.js once a page; a failed try is forgotten, so that the next one can succeed. */
export async function loadStripe(publishableKey: string): Promise<Stripe> {
  loading ??= loadScript().catch((error) => {
    loading = undefined;
    throw error;
  });
  await loading;
  if (!window.Stripe) throw new Error('js.stripe.com sent something else');
  return window.Stripe(publishableKey);
}

const loadScript = () =>
  new Promise<void>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => resolve();
    script.onerror = () => {
      script.remove();
      reject(new Error('js.stripe.com could not be reached'));
    };
    document.head.append(script);
  });
