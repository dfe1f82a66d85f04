import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ProblemNote } from '../../components/problem-note.tsx';
import { useCurrency } from '../../lib/currency.ts';
import type { listSorts } from './filters.ts';
import { ProductCard } from './product-card.tsx';
import { GridSkeleton, ProductGrid } from './product-grid.tsx';
import { shelfQuery } from './queries.ts';

interface ShelfProps {
  title: string;
  sort: (typeof listSorts)[number];
  category?: string;
  /** A product to leave out. */
  without?: string;
  /** Where all of them are. */
  all: string;
}

const shown = 4;

/** A row of products under a heading. */
export function Shelf({ title, sort, category, without, all }: ShelfProps) {
  const query = useQuery(shelfQuery(sort, shown + 1, useCurrency(), category));
  const products = query.data?.filter(({ id }) => id !== without).slice(0, shown);
  if (products?.length === 0) return null;
  return (
    <section className="stack" aria-label={title}>
      <div className="shelf-head">
        <h2>{title}</h2>
        <Link to={all}>See all</Link>
      </div>
      {products ? (
        <ProductGrid>
          {products.map((product) => (
            <ProductCard key={product.id} product={product} heading="h3" />
          ))}
        </ProductGrid>
      ) : query.isError ? (
        <ProblemNote error={query.error} onRetry={() => query.refetch()} pending={query.isFetching} />
      ) : (
        <GridSkeleton count={shown} />
      )}
    </section>
  );
}
