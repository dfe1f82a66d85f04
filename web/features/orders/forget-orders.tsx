import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useAnnounce } from '../../components/toasts.tsx';
import { forgetAttempts } from '../../lib/attempt.ts';
import { write } from '../../lib/storage.ts';
import { draftPlace } from '../checkout/draft-place.ts';
import { forgetAllViewed } from '../recommendations/viewed.ts';
import { forgetGuestOrders } from './my-orders.ts';

/** Takes the orders of guests off this device after asking once, and with them what was typed into the checkout and what was looked at. */
export function ForgetOrders() {
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  const announce = useAnnounce();
  const forget = () => {
    setAsking(false);
    forgetGuestOrders();
    forgetAttempts();
    write(draftPlace, null);
    forgetAllViewed();
    client.removeQueries({ queryKey: ['order'] });
    announce("This device's orders are forgotten.");
  };
  return (
    <div>
      <Button look="quiet" onClick={() => setAsking(true)}>
        Forget this device's orders
      </Button>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Forget this device's orders?">
        <p>
          Nobody will see them here any more, and you neither: each opens again by the link in its confirmation only. The orders themselves
          stay as they are.
        </p>
        <div className="row">
          <Button look="danger" onClick={forget}>
            Forget them
          </Button>
          <Button look="quiet" onClick={() => setAsking(false)}>
            Keep them
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
