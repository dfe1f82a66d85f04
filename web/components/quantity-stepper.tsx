import { Icon } from './icon.tsx';
import './quantity-stepper.css';

interface StepperProps {
  value: number;
  onChange: (value: number) => void;
  /** The product's name, for the buttons' labels. */
  label: string;
  min?: number;
  max?: number;
  pending?: boolean;
}

/** Buttons to change a quantity by one. While a change is running further clicks do nothing. */
export function QuantityStepper({ value, onChange, label, min = 1, max = 99, pending = false }: StepperProps) {
  const step = (by: number) => {
    const next = value + by;
    if (!pending && next >= min && next <= max) onChange(next);
  };
  return (
    <fieldset className="stepper" aria-label={`Quantity of ${label}`} aria-busy={pending || undefined}>
      <button
        type="button"
        className="icon-button"
        aria-label={`One less ${label}`}
        aria-disabled={pending || value <= min || undefined}
        onClick={() => step(-1)}
      >
        <Icon name="minus" />
      </button>
      <output className="numbers">{value}</output>
      <button
        type="button"
        className="icon-button"
        aria-label={`One more ${label}`}
        aria-disabled={pending || value >= max || undefined}
        onClick={() => step(1)}
      >
        <Icon name="plus" />
      </button>
    </fieldset>
  );
}
