import { type Currency, currencies } from '#platform/money.ts';
import { chooseCurrency, useCurrency } from '../lib/currency.ts';

const names = new Intl.DisplayNames('en', { type: 'currency' });

/** In which currency prices are shown and orders placed. Kept on this device; an order that exists stays in its own. */
export function CurrencySwitch() {
  const currency = useCurrency();
  return (
    <label className="currency-switch">
      Currency
      <select value={currency} onChange={(event) => chooseCurrency(event.target.value as Currency)}>
        {currencies.map((code) => (
          <option key={code} value={code}>
            {code} – {names.of(code)}
          </option>
        ))}
      </select>
    </label>
  );
}
