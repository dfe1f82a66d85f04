import { ButtonLink } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { isProblem } from '../../lib/problem.ts';

/** No such order, or not for this device; or it could not be read just now. */
export const OrderMissing = ({ error, onRetry, pending }: { error: unknown; onRetry: () => void; pending: boolean }) =>
  isProblem(error) && !error.passing ? (
    <div className="stack">
      <h1>Order not found</h1>
      <p className="soft">
        There is no such order, or it is not yours to see. A guest's order opens on the device where it was placed while nobody is signed
        in, or by the link in its confirmation.
      </p>
      <div className="row">
        <ButtonLink to="/orders" look="secondary">
          Your orders
        </ButtonLink>
      </div>
    </div>
  ) : (
    <ProblemNote error={error} onRetry={onRetry} pending={pending} />
  );
