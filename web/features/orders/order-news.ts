import type { Order } from '#functions/orders/lib/contract.ts';
import { formatMoney } from '../../lib/money.ts';
import { isMoneyUnderWay, isPayable, statusWords } from './status-words.ts';

/** What has happened to an order between two looks at it, in words for its reader; undefined where it says nothing new. */
export function newsOf(before: Order, after: Order): string | undefined {
  const name = `Order ${after.number}`;
  if (after.status !== before.status) return `${name} is now: ${statusWords[after.status].label}.`;
  const givenBack = after.refunded.amount - before.refunded.amount;
  if (givenBack > 0) return `${name}: ${formatMoney({ ...after.refunded, amount: givenBack })} was given back.`;
  if (pendingRefunds(after) > pendingRefunds(before)) return `${name}: a refund is on its way.`;
  if (isMoneyUnderWay(after) && !isMoneyUnderWay(before)) return `${name}: the payment is on its way.`;
  if (isMoneyUnderWay(before) && isPayable(after)) return `${name}: the payment did not arrive. It can be paid again.`;
  return undefined;
}

const pendingRefunds = ({ refunds }: Order) => refunds.filter(({ status }) => status === 'pending').length;
