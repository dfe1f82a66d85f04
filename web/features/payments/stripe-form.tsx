import type { Order } from '#functions/orders/lib/contract.ts';
import type { Intent } from '#functions/payments/lib/contract.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatMoney } from '../../lib/money.ts';
import { PayHead } from './pay-head.tsx';
import { PayNews } from './pay-news.tsx';
import { StripeRefusal } from './stripe-js.ts';
import { useOnPaid } from './use-on-paid.ts';
import { type Payment, usePay } from './use-pay.ts';
import { usePaymentElement } from './use-payment-element.ts';
import './payments.css';

/** Pays by Stripe: its Payment Element takes the card in a frame of Stripe's, and gives us the id of a payment method. */
export function StripeForm({ order, publishableKey }: { order: Order; publishableKey: string }) {
  const { stripe, elements, setPlace, ready, broken, isFetching, retry } = usePaymentElement(publishableKey, order.total);
  const onPaid = useOnPaid(order.id);
  const pay = usePay(order.id, onPaid);

  const authenticate = async ({ clientSecret }: Intent): Promise<string> => {
    const { paymentIntent, error } = (await stripe?.handleNextAction({ clientSecret })) ?? {};
    const method = paymentIntent?.payment_method;
    if (error || !method) throw new StripeRefusal(error ?? {});
    return typeof method === 'string' ? method : method.id;
  };
  const choose = async (): Promise<string> => {
    if (!stripe || !elements) throw new Error('the Payment Element is not there yet');
    const checked = await elements.submit();
    if (checked.error) throw new StripeRefusal(checked.error);
    const { paymentMethod, error } = await stripe.createPaymentMethod({ elements });
    if (error || !paymentMethod) throw new StripeRefusal(error ?? {});
    return paymentMethod.id;
  };
  const go = (payment: Payment) => !pay.isPending && pay.mutate(payment);

  return (
    <div className="pay stack-loose">
      <PayHead order={order} />
      {pay.error instanceof StripeRefusal && !pay.isPending ? (
        <Alert tone="danger" title="The payment did not go through">
          {pay.error.message} Nothing was charged.
        </Alert>
      ) : (
        <PayNews order={order} intent={pay.data} error={pay.error} hidden={pay.isPending} onAsk={() => go({ authenticate })} />
      )}
      <form
        className="panel stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) go({ choose, authenticate });
        }}
      >
        <h2>Your card</h2>
        {broken && (
          <Alert
            tone="warn"
            title="The card form could not be loaded"
            actions={
              <Button look="secondary" pending={isFetching} onClick={() => retry()}>
                Try again
              </Button>
            }
          >
            It comes from our payment provider, Stripe. A content blocker may keep it away. Your order is safe.
          </Alert>
        )}
        {!ready && !broken && <Skeleton shape="block" />}
        <div ref={setPlace} />
        <Button type="submit" wide pending={pay.isPending} disabled={!ready}>
          Pay {formatMoney(order.total)}
        </Button>
      </form>
    </div>
  );
}
