import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Order } from '#functions/orders/lib/contract.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { Loading } from '../../components/skeleton.tsx';

interface OrderListProps {
  list: UseInfiniteQueryResult<InfiniteData<{ items: Order[] }>>;
  row: (order: Order) => ReactNode;
  /** What is shown where there is no order. */
  nothing: ReactNode;
}

/** A list of orders as far as it is loaded, and the button for more. */
export function OrderList({ list, row, nothing }: OrderListProps) {
  const { data, error, isFetching, isFetchingNextPage, isFetchNextPageError, hasNextPage, fetchNextPage, refetch } = list;
  if (!data) return error ? <ProblemNote error={error} onRetry={refetch} pending={isFetching} /> : <Loading label="Loading orders" />;
  const orders = data.pages.flatMap(({ items }) => items);
  if (orders.length === 0) return nothing;
  return (
    <>
      <ul className="stack" aria-label="Orders">
        {orders.map(row)}
      </ul>
      {error && <ProblemNote error={error} onRetry={isFetchNextPageError ? fetchNextPage : refetch} pending={isFetching} />}
      {hasNextPage && !isFetchNextPageError && (
        <div>
          <Button look="secondary" pending={isFetchingNextPage} onClick={() => fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
    </>
  );
}
