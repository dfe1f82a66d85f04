import '../../components/choice.css';
import { type FormEvent, useState } from 'react';
import type { Order } from '#functions/orders/lib/contract.ts';
import type { Intent } from '#functions/payments/lib/contract.ts';
import { Button } from '../../components/button.tsx';
import { formatMoney } from '../../lib/money.ts';
import { BankDialog } from './bank-dialog.tsx';
import { PayHead } from './pay-head.tsx';
import { PayNews } from './pay-news.tsx';
import { type TestCard, testCards } from './test-cards.ts';
import { useOnPaid } from './use-on-paid.ts';
import { usePay } from './use-pay.ts';
import './payments.css';

/** Chooses one of the mock provider's cards and pays. After a decline another card can be tried; a bank that asks is answered in a dialog. */
export function PayForm({ order }: { order: Order }) {
  const onPaid = useOnPaid(order.id);
  const [card, setCard] = useState<TestCard>('pm_card_visa');
  // A reload in the midst of 3-D Secure asks again.
  const [asked, setAsked] = useState(order.payment?.status === 'requires_action');
  const pay = usePay(order.id, (intent: Intent) => {
    setAsked(intent.status === 'requires_action');
    onPaid(intent);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pay.isPending) pay.mutate({ choose: async () => card });
  };
  return (
    <div className="pay stack-loose">
      <PayHead order={order} />
      <PayNews order={order} intent={pay.data} error={pay.error} hidden={pay.isPending || asked} onAsk={() => setAsked(true)} />
      <form className="panel stack" onSubmit={submit}>
        <fieldset className="stack">
          <legend>
            <h2>Choose a card</h2>
          </legend>
          <p className="soft small">This shop runs with test cards: no money moves.</p>
          <div className="choices">
            {testCards.map(({ id, name, text }) => (
              <label className="choice" key={id}>
                <input type="radio" name="card" value={id} checked={card === id} onChange={() => setCard(id)} />
                <span className="choice-text">
                  <strong>{name}</strong>
                  <span className="soft small">{text}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <Button type="submit" wide pending={pay.isPending && !asked}>
          Pay {formatMoney(order.total)}
        </Button>
      </form>
      <BankDialog
        open={asked}
        amount={formatMoney(order.total)}
        pending={pay.isPending}
        error={pay.isPending ? null : pay.error}
        onConfirm={() => pay.mutate({ choose: async () => 'pm_card_authenticationRequired' })}
        onClose={() => setAsked(false)}
      />
    </div>
  );
}
