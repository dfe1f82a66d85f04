import '../../components/choice.css';
import { type FormEvent, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Order } from '#functions/orders/lib/contract.ts';
import type { Intent } from '#functions/payments/lib/contract.ts';
import { Button } from '../../components/button.tsx';
import { useAnnounce } from '../../components/toasts.tsx';
import { formatMoney } from '../../lib/money.ts';
import { BankDialog } from './bank-dialog.tsx';
import { PayNews } from './pay-news.tsx';
import { type TestCard, testCards } from './test-cards.ts';
import { usePay } from './use-pay.ts';
import './payments.css';

/** Chooses a card and pays. After a decline another card can be tried; a bank that asks is answered in a dialog. */
export function PayForm({ order }: { order: Order }) {
  const navigate = useNavigate();
  const announce = useAnnounce();
  const [card, setCard] = useState<TestCard>('pm_card_visa');
  // A reload in the midst of 3-D Secure asks again.
  const [asked, setAsked] = useState(order.payment?.status === 'requires_action');
  const pay = usePay(order.id, (intent: Intent) => {
    setAsked(intent.status === 'requires_action');
    if (intent.status !== 'succeeded' && intent.status !== 'processing') return;
    announce(intent.status === 'succeeded' ? 'Thank you! Your payment has arrived.' : 'Your payment is on its way.');
    void navigate(`/orders/${order.id}`, { replace: true });
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pay.isPending) pay.mutate({ paymentMethod: card });
  };
  return (
    <div className="pay stack-loose">
      <header className="stack">
        <h1>Payment</h1>
        <p className="soft">
          Order <Link to={`/orders/${order.id}`}>{order.number}</Link>, {formatMoney(order.total)}. We hold your items while you pay.
        </p>
      </header>
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
        onConfirm={() => pay.mutate({ paymentMethod: 'pm_card_authenticationRequired' })}
        onClose={() => setAsked(false)}
      />
    </div>
  );
}
