import { useSearchParams } from 'react-router';
import { orderStates } from '#functions/orders/lib/order-states.ts';
import { usePageTitle } from '../../app/use-page-title.ts';
import { SelectField } from '../../components/field.tsx';
import { SignedIn } from '../account/signed-in.tsx';
import { LiveOrderList } from '../orders/live-order-list.tsx';
import { OrderRow } from '../orders/order-row.tsx';
import { statusWords } from '../orders/status-words.ts';
import '../orders/orders.css';
import './admin.css';

/** /admin/orders, perhaps ?status=: every order of the shop, the newest first. */
export function AdminOrdersPage() {
  usePageTitle('Manage orders');
  return <SignedIn only="admin">{({ id }) => <AllOrders userId={id} />}</SignedIn>;
}

function AllOrders({ userId }: { userId: string }) {
  const [params, setParams] = useSearchParams();
  const status = orderStates.find((state) => state === params.get('status'));
  return (
    <div className="stack-loose">
      <header className="admin-head">
        <h1>Manage orders</h1>
        <SelectField
          label="Status"
          value={status ?? ''}
          onChange={({ target: { value } }) => setParams(value ? { status: value } : {}, { replace: true })}
        >
          <option value="">All</option>
          {orderStates.map((state) => (
            <option key={state} value={state}>
              {statusWords[state].label}
            </option>
          ))}
        </SelectField>
      </header>
      <LiveOrderList
        key={status}
        userId={userId}
        status={status}
        nothing={<p className="soft">There is no such order.</p>}
        row={(order) => (
          <OrderRow key={order.id} order={order} to={`/admin/orders/${order.id}`}>
            <span className="small" data-dd-privacy="mask">
              {order.email}
            </span>
          </OrderRow>
        )}
      />
    </div>
  );
}
