import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';

interface BankDialogProps {
  open: boolean;
  amount: string;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** 3-D Secure, as the mock provider plays it: the shopper's bank wants a yes. */
export const BankDialog = ({ open, amount, pending, error, onConfirm, onClose }: BankDialogProps) => (
  <Dialog open={open} onClose={onClose} title="Your bank asks you to confirm">
    <p>A payment of {amount} to Kelvo waits for your consent.</p>
    {error ? <ProblemNote error={error} /> : null}
    <div className="row">
      <Button pending={pending} onClick={onConfirm}>
        Confirm
      </Button>
      <Button look="quiet" onClick={onClose}>
        Not now
      </Button>
    </div>
  </Dialog>
);
