import { useNavigate } from 'react-router';
import type { Intent } from '#functions/payments/lib/contract.ts';
import { useAnnounce } from '../../components/toasts.tsx';

/** Leads on to the order once its payment has arrived or is under way. */
export function useOnPaid(orderId: string): (intent: Intent) => void {
  const navigate = useNavigate();
  const announce = useAnnounce();
  return ({ status }) => {
    if (status !== 'succeeded' && status !== 'processing') return;
    announce(status === 'succeeded' ? 'Thank you! Your payment has arrived.' : 'Your payment is on its way.');
    void navigate(`/orders/${orderId}`, { replace: true });
  };
}
