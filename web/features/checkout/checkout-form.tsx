import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Cart } from '#functions/cart/lib/contract.ts';
import type { Money } from '#platform/money.ts';
import { isProblem } from '../../lib/problem.ts';
import { useUser } from '../../lib/session.ts';
import { readJson, writeJson } from '../../lib/storage.ts';
import { AddressFields } from './address-fields.tsx';
import {
  addressOf,
  type Draft,
  draftFor,
  draftFrom,
  type FieldErrors,
  type FieldName,
  faultsFrom,
  faultsOf,
  orderDetails,
  ownedDraft,
} from './draft.ts';
import { draftPlace } from './draft-place.ts';
import { OrderSummary } from './order-summary.tsx';
import { Refusal } from './refusal.tsx';
import { ShippingOptions } from './shipping-options.tsx';
import type { usePlaceOrder } from './use-place-order.ts';
import { useQuote } from './use-quote.ts';

/** Address, shipping and summary of a cart that is to be ordered. What is typed is kept on this device until the order is placed. */
export function CheckoutForm({ cart, place }: { cart: Cart; place: ReturnType<typeof usePlaceOrder> }) {
  const user = useUser();
  const [draft, setDraft] = useState<Draft>(() => draftFor(readJson(draftPlace), user));
  // Not part of the draft: a consent that was stored would be ticked for whoever comes back to this device.
  const [smsConsent, setSmsConsent] = useState(false);
  const [faults, setFaults] = useState<FieldErrors>({});
  // Signed in or out meanwhile, here or in another tab: what is for that person is shown, and what is still empty filled in.
  useEffect(() => {
    setDraft(draftFor(readJson(draftPlace), user));
    setSmsConsent(false);
  }, [user]);
  const form = useRef<HTMLFormElement>(null);
  const quotes = useQuote(cart, draft.country);
  const quote = quotes.data?.find(({ method }) => method === draft.shippingMethod);

  const change = (name: FieldName, value: string) => {
    const next = draftFrom({ ...draft, [name]: value });
    setDraft(next);
    writeJson(draftPlace, ownedDraft(next, user));
    if (faults[name]) setFaults(({ [name]: _gone, ...rest }) => rest);
  };
  const consent = (given: boolean) => {
    setSmsConsent(given);
    if (!given) setFaults(({ phone: _notNeeded, ...rest }) => rest);
  };
  const showFaults = (found: FieldErrors) => {
    setFaults(found);
    // After the next drawing: the first wrong field, in the form's order.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
  };
  const send = (expectedTotal: Money) =>
    place.mutate(
      {
        body: {
          sessionId: cart.sessionId,
          ...orderDetails(draft),
          ...(smsConsent && { smsConsent }),
          currency: expectedTotal.currency, // what the button said
          expectedTotal,
        },
        cartVersion: cart.version,
        buyer: user?.id,
      },
      { onError: (error) => isProblem(error) && showFaults(faultsFrom(error.document.errors)) },
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (place.isPending) return;
    const found = faultsOf(draft);
    if (smsConsent && (found.phone || !draft.phone.trim())) found.phone = 'Please enter a phone number for text messages.';
    if (Object.keys(found).length > 0) return showFaults(found);
    setFaults({});
    if (quote && !quotes.isPlaceholderData) send(quote.total);
    else void quotes.refetch();
  };

  return (
    <form ref={form} className="checkout" onSubmit={submit} noValidate>
      <div className="stack-loose">
        <AddressFields draft={draft} faults={faults} onChange={change} smsConsent={smsConsent} onConsent={consent} />
        <ShippingOptions draft={draft} quotes={quotes} onChange={(method) => change('shippingMethod', method)} />
      </div>
      <OrderSummary
        cart={cart}
        address={addressOf(draft)}
        quote={quote}
        pending={place.isPending || place.isSuccess}
        settling={quotes.isFetching}
      >
        {place.error && <Refusal error={place.error} cart={cart} faults={faults} onAgain={send} onDone={place.reset} />}
      </OrderSummary>
    </form>
  );
}
