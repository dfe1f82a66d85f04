import type { ReactNode } from 'react';
import type { Tracking } from '#functions/orders/lib/contract.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { useFields } from '../../lib/use-fields.ts';

interface ShipDialogProps {
  open: boolean;
  pending: boolean;
  refusal: ReactNode;
  onClose: () => void;
  onShip: (tracking: Tracking) => void;
}

/** Asks by whom an order goes and under which number; the shopper sees both. */
export const ShipDialog = ({ open, onClose, ...rest }: ShipDialogProps) => (
  <Dialog open={open} onClose={onClose} title="Ship this order">
    <ShipForm {...rest} />
  </Dialog>
);

function ShipForm({ pending, refusal, onShip }: Omit<ShipDialogProps, 'open' | 'onClose'>) {
  const fields = useFields({ carrier: '', number: '' });
  const submit = fields.onSubmit(
    ({ carrier, number }) => ({
      ...(carrier.trim() ? {} : { carrier: 'Please name the carrier.' }),
      ...(number.trim() ? {} : { number: 'Please enter the tracking number.' }),
    }),
    ({ carrier, number }) => onShip({ carrier: carrier.trim(), number: number.trim() }),
  );
  return (
    <form ref={fields.form} className="stack" onSubmit={submit} noValidate>
      {refusal}
      <TextField {...fields.bind('carrier')} label="Carrier" maxLength={100} required />
      <TextField {...fields.bind('number')} label="Tracking number" maxLength={100} autoComplete="off" required />
      <Button type="submit" wide pending={pending}>
        Mark as shipped
      </Button>
    </form>
  );
}
