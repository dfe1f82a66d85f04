import { useSearchParams } from 'react-router';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { withFilters } from './filters.ts';
import { shownOf } from './product-count.ts';

interface LoadMoreProps {
  shown: number;
  total?: number | undefined;
  /** Whether `total` is an estimate. */
  approximate?: boolean | undefined;
  pages: number;
  hasMore: boolean;
  pending: boolean;
  /** Why the last page did not load. */
  error: unknown;
  onRetry: () => void;
}

/** How much is shown, and the button for more. The number of pages goes into the address. */
export function LoadMore({ shown, total, approximate, pages, hasMore, pending, error, onRetry }: LoadMoreProps) {
  const [params, setParams] = useSearchParams();
  return (
    <div className="load-more">
      <p className="soft small" role="status">
        {shownOf(shown, total, approximate)}
      </p>
      {error ? <ProblemNote error={error} onRetry={onRetry} pending={pending} /> : null}
      {hasMore && !error && (
        <Button
          look="secondary"
          pending={pending}
          onClick={() => setParams(withFilters(params, { pages: String(pages + 1) }), { replace: true })}
        >
          Load more
        </Button>
      )}
    </div>
  );
}
