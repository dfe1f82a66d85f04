import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { usePageTitle } from '../../app/use-page-title.ts';
import { ProblemNote } from '../../components/problem-note.tsx';
import { useCurrency } from '../../lib/currency.ts';
import { Sponsored } from '../ads/sponsored.tsx';
import { FilterBar } from './filter-bar.tsx';
import { listSorts, readFilters } from './filters.ts';
import { LoadMore } from './load-more.tsx';
import { NothingFound } from './nothing-found.tsx';
import { ProductCard } from './product-card.tsx';
import { GridSkeleton, ProductGrid } from './product-grid.tsx';
import { categoriesQuery, listQuery } from './queries.ts';
import { usePages } from './use-pages.ts';

/** /products: everything there is, or one category of it. */
export function ListPage() {
  const [params] = useSearchParams();
  const filters = readFilters(params, useCurrency());
  const categories = useQuery(categoriesQuery);
  const list = useInfiniteQuery(listQuery(filters));
  usePages(list, filters.pages);
  const category = categories.data?.find(({ slug }) => slug === filters.category);
  const title = category?.name ?? 'All products';
  usePageTitle(title);
  const products = list.data?.pages.flatMap((page) => page.items);

  return (
    <div className="stack-loose">
      <header className="stack">
        <h1>{title}</h1>
        {category && <p className="soft">{category.description}</p>}
      </header>
      <FilterBar filters={filters} categories={categories.data ?? []} sorts={listSorts} />
      {list.isError && !products && <ProblemNote error={list.error} onRetry={() => list.refetch()} pending={list.isFetching} />}
      {list.isPending && <GridSkeleton count={8} />}
      {products?.length === 0 && <NothingFound title="No products here" />}
      {products && products.length > 0 && (
        <>
          <ProductGrid>
            {products.map((product) => (
              <ProductCard key={product.id} product={product} />
            ))}
          </ProductGrid>
          <LoadMore
            shown={products.length}
            pages={filters.pages}
            hasMore={list.hasNextPage}
            pending={list.isFetchingNextPage}
            error={list.isFetchNextPageError ? list.error : undefined}
            onRetry={() => list.fetchNextPage()}
          />
        </>
      )}
      {products && <Sponsored key={filters.category} category={filters.category || undefined} />}
    </div>
  );
}
