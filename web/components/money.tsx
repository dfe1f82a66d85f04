import type { Money as Amount } from '#platform/money.ts';
import { formatMoney } from '../lib/money.ts';

/** A price in its currency. */
export const Money = ({ value }: { value: Amount }) => <span className="numbers">{formatMoney(value)}</span>;
