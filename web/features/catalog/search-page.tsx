import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import type { Money } from '#platform/money.ts';
import { usePageTitle } from '../../app/use-page-title.ts';
import { ProblemNote } from '../../components/problem-note.tsx';
import { useCurrency } from '../../lib/currency.ts';
import { minorDigitsOf } from '../../lib/money.ts';
import { FilterBar } from './filter-bar.tsx';
import { readFilters, searchSorts } from './filters.ts';
import { LoadMore } from './load-more.tsx';
import { NothingFound } from './nothing-found.tsx';
import { ProductCard } from './product-card.tsx';
import { GridSkeleton, ProductGrid } from './product-grid.tsx';
import { searchQuery } from './queries.ts';
import { usePages } from './use-pages.ts';

/** /search?q=…: what the words find, with the number of hits by category. */
export function SearchPage() {
  const [params] = useSearchParams();
  const filters = readFilters(params, useCurrency());
  const found = useInfiniteQuery(searchQuery(filters));
  usePages(found, filters.pages);
  usePageTitle(filters.q ? `“${filters.q}”` : 'Search');
  const first = found.data?.pages[0];
  const hits = found.data?.pages.flatMap((page) => page.items);

  if (filters.q === '') return <NothingFound title="What are you looking for?" text="Type a word or two into the search box above." />;
  return (
    <div className="stack-loose">
      <header className="stack">
        <h1>Results for “{filters.q}”</h1>
        {first && (
          <p className="soft" role="status">
            {first.total === 1 ? '1 product' : `${first.total} products`}
          </p>
        )}
      </header>
      {(!first || first.facets.categories.length > 0) && (
        <FilterBar
          filters={filters}
          categories={first?.facets.categories ?? []}
          sorts={searchSorts}
          prices={
            first?.facets.price
              ? { min: whole(first.facets.price.min, Math.floor), max: whole(first.facets.price.max, Math.ceil) }
              : undefined
          }
        />
      )}
      {found.isError && !hits && <ProblemNote error={found.error} onRetry={() => found.refetch()} pending={found.isFetching} />}
      {found.isPending && <GridSkeleton count={8} />}
      {hits?.length === 0 && <NothingFound title="Nothing found" text="Check the spelling, or try a more general word." />}
      {hits && hits.length > 0 && (
        <>
          <ProductGrid>
            {hits.map((hit) => (
              <ProductCard key={hit.id} product={hit} highlight={hit.highlights.name} />
            ))}
          </ProductGrid>
          <LoadMore
            shown={hits.length}
            total={first?.total}
            pages={filters.pages}
            hasMore={found.hasNextPage}
            pending={found.isFetchingNextPage}
            error={found.isFetchNextPageError ? found.error : undefined}
            onRetry={() => found.fetchNextPage()}
          />
        </>
      )}
    </div>
  );
}

const whole = ({ amount, currency }: Money, round: (value: number) => number) => String(round(amount / 10 ** minorDigitsOf(currency)));
