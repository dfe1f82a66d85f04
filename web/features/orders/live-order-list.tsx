import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Order } from '#functions/orders/lib/contract.ts';
import type { OrderStatus } from '#functions/orders/lib/order-states.ts';
import { Button } from '../../components/button.tsx';
import { useLooks } from '../../lib/use-looks.ts';
import { newsOfList, newsText } from './list-news.ts';
import { OrderList } from './order-list.tsx';
import { newestOrdersQuery, orderListQuery } from './order-list-query.ts';
import './orders.css';

interface LiveOrderListProps {
  userId: string;
  status?: OrderStatus | undefined;
  row: (order: Order) => ReactNode;
  /** What is shown where there is no order. */
  nothing: ReactNode;
}

/**
 * A list of orders that looks at its newest ones again and again. What a row shows changes in its place; orders that came or went are told by a
 * button, so that nothing moves under the reader.
 */
export function LiveOrderList({ userId, status, row, nothing }: LiveOrderListProps) {
  const place = useRef<HTMLDivElement>(null);
  const list = useInfiniteQuery({ ...orderListQuery(userId, status), refetchOnWindowFocus: false });
  const newest = useQuery(newestOrdersQuery(userId, status));
  useLooks(() => newest.refetch({ cancelRefetch: false }), list.data === undefined);

  // A list that was loaded after them knows more than they.
  const now = newest.dataUpdatedAt > list.dataUpdatedAt ? newest.data : undefined;
  const latest = new Map(now?.items.map((order) => [order.id, order]));
  const text =
    now &&
    list.data &&
    newsText(
      newsOfList(
        list.data.pages.flatMap(({ items }) => items),
        now,
      ),
    );
  // Once they are loaded the button is gone, so the keyboard goes on with the newest order.
  const clicked = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that the list is loaded
  useEffect(() => {
    if (clicked.current) place.current?.querySelector('a')?.focus();
    clicked.current = false;
  }, [list.dataUpdatedAt]);
  const load = () => {
    clicked.current = true;
    void list.refetch();
  };
  return (
    <div className="stack" ref={place}>
      <div className="list-news" role="status">
        {text && (
          <Button pending={list.isFetching} onClick={load}>
            {text}
          </Button>
        )}
      </div>
      <OrderList list={list} row={(order) => row(latest.get(order.id) ?? order)} nothing={nothing} />
    </div>
  );
}
