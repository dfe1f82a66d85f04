import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import type { Money } from '#platform/money.ts';
import { usePageTitle } from '../../app/use-page-title.ts';
import { ProblemNote } from '../../components/problem-note.tsx';
import { useCurrency } from '../../lib/currency.ts';
import { minorDigitsOf } from '../../lib/money.ts';
import { BrowseInstead } from './browse-instead.tsx';
import { FilterBar } from './filter-bar.tsx';
import { readFilters, searchSorts, withFilters } from './filters.ts';
import { LoadMore } from './load-more.tsx';
import { NothingFound } from './nothing-found.tsx';
import { ProductCard } from './product-card.tsx';
import { productCount } from './product-count.ts';
import { GridSkeleton, ProductGrid } from './product-grid.tsx';
import { searchQuery } from './queries.ts';
import { usePages } from './use-pages.ts';

/** /search?q=…: what the words find, and what it can be narrowed by. */
export function SearchPage() {
  const [params] = useSearchParams();
  const filters = readFilters(params, useCurrency());
  const found = useInfiniteQuery(searchQuery(filters));
  usePages(found, filters.pages);
  usePageTitle(filters.q ? `“${filters.q}”` : 'Search');
  const first = found.data?.pages[0];
  const hits = found.data?.pages.flatMap((page) => page.items);

  if (filters.q === '')
    return (
      <div className="stack-loose">
        <NothingFound title="What are you looking for?" text="Type a word or two into the search box above." />
        <BrowseInstead />
      </div>
    );
  // Facets are of all that the words find: there are some also where the filters leave nothing of it.
  const someFound = first !== undefined && first.facets.price !== null;
  return (
    <div className="stack-loose">
      <header className="stack">
        <h1>Results for “{filters.q}”</h1>
        {first?.searched.changed && (
          <p>
            Showing results for “<strong>{first.searched.q}</strong>”.{' '}
            <Link to={{ search: withFilters(params, { exact: 'true' }).toString() }}>Search for exactly “{filters.q}”</Link>
          </p>
        )}
        {first && (
          <p className="soft" role="status">
            {productCount(first.total, first.approximate)}
          </p>
        )}
      </header>
      {(!first || someFound || filters.exact) && (
        <FilterBar
          filters={filters}
          categories={first?.facets.categories ?? []}
          sorts={searchSorts}
          tags={first?.facets.tags ?? []}
          inStock={first?.facets.inStock ?? null}
          prices={
            first?.facets.price
              ? { min: whole(first.facets.price.min, Math.floor), max: whole(first.facets.price.max, Math.ceil) }
              : undefined
          }
        />
      )}
      {found.isError && !hits && <ProblemNote error={found.error} onRetry={() => found.refetch()} pending={found.isFetching} />}
      {found.isPending && <GridSkeleton count={8} />}
      {hits?.length === 0 && (
        <>
          <NothingFound
            title={someFound ? 'Nothing left with these filters' : 'Nothing found'}
            text={someFound ? 'Take one of them away, or widen the range of prices.' : 'Check the spelling, or try a more general word.'}
          />
          <BrowseInstead />
        </>
      )}
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
            approximate={first?.approximate}
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
