import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ProblemNote } from '../../components/problem-note.tsx';
import { useCurrency } from '../../lib/currency.ts';
import type { listSorts } from './filters.ts';
import { ProductShelf } from './product-shelf.tsx';
import { shelfQuery } from './queries.ts';

interface ShelfProps {
  title: string;
  sort: (typeof listSorts)[number];
  /** Where all of them are. */
  all: string;
}

const shown = 4;

/** The first few products of a sort. */
export function Shelf({ title, sort, all }: ShelfProps) {
  const query = useQuery(shelfQuery(sort, shown + 1, useCurrency()));
  const products = query.data?.slice(0, shown);
  if (products?.length === 0) return null;
  if (!products && query.isError) return <ProblemNote error={query.error} onRetry={() => query.refetch()} pending={query.isFetching} />;
  return <ProductShelf title={title} products={products} count={shown} aside={<Link to={all}>See all</Link>} />;
}
